import Domain
import GRDB
import Primitives
import Synchronization
import TestSupport
import Testing

@testable import Store

/// Nobody waits long for the index of words: what its steps leave is merged a little at a time. It is counted, as times say
/// nothing on a machine that does other things.
@Suite(.campaign)
struct WordMergeTests {
    /// Rows that each of the writer's transactions changes meanwhile; of the index, its pages and one for each of its events.
    private func changes(_ store: SQLiteStore, _ body: () async throws -> Void) async throws -> [Int] {
        let totals = Mutex<[Int]>([])
        try await store.pool.writeWithoutTransaction { db in
            db.trace { event in
                // FTS5 writes its pages with the commit, so that they are counted at the next beginning.
                guard "\(event)".hasPrefix("BEGIN") else { return }
                let total = db.totalChangesCount
                totals.withLock { $0.append(total) }
            }
        }
        try await body()
        let last = try await store.pool.writeWithoutTransaction { db in
            db.trace(nil)
            return db.totalChangesCount
        }
        let all = totals.withLock { $0 } + [last]
        return zip(all, all.dropFirst()).map { $1 - $0 }
    }

    private func fill(_ fixture: Fixture, _ count: Int) async throws {
        for start in stride(from: 0, to: count, by: 500) {
            let rows = (start..<(start + 500)).map { number in
                let words = (0..<12).map { "word\(number)of\($0 * 7919 % 1000)" }.joined(separator: " ")
                return Observation.row(
                    number,
                    at: 2000,
                    name: "Company \(number)",
                    extra: [.init(name: "Text__c", raw: "\"\(words)\"")]
                )
            }
            _ = try await fixture.store.append(fixture.batch(rows, hasCallback: false))
        }
    }

    @Test func `no step of indexing or purging writes much of the index anew`() async throws {
        try await withScratchDirectory { directory in
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            let instance = try await store.createInstance { .sample($0) }
            let fixture = Fixture(store: store, instance: instance, directory: directory)
            try await fill(fixture, 6000)
            let indexing = try await changes(store) {
                while try await !store.indexWords(leaving: 1, atMost: 64).isUpToDate {}
            }
            let purging = try await changes(store) {
                let removed = try await fixture.purge(PurgeRequest(settled: PurgeBound(through: 5000)), atMost: 32)
                #expect(removed == 5000)
            }
            // 64 events of the index; 32 with their four rows each; some pages beside them.
            let most = (try #require(indexing.max()), try #require(purging.max()))
            #expect(most.0 < 64 + Self.pages, "\(indexing.sorted().suffix(5))")
            #expect(most.1 < 32 * 4 + Self.pages, "\(purging.sorted().suffix(5))")
            // And yet its parts stay few: they are merged, beside 94 and 157 steps.
            let parts = try await store.pool.read { db in
                try Int.fetchOne(db, sql: "SELECT count(DISTINCT segid) FROM words_idx") ?? 0
            }
            #expect(indexing.count > 150 && purging.count > 250 && (1...24).contains(parts), "\(parts) parts")
            try await store.pool.write { try $0.execute(sql: "INSERT INTO words (words) VALUES ('integrity-check')") }
            try await store.close()
        }
    }

    /// Rows of what a step writes of the index: some pages and their places, and, where the merge of a part is over, the places
    /// of its pages that go. FTS5 by itself changes about 600 at once here, and more the longer the index is.
    private static let pages = 200

    @Test func `a database whose index merged by itself leaves that to the steps from now on`() async throws {
        try await withScratchDirectory { directory in
            func pages(_ store: SQLiteStore) async throws -> Int? {
                try await store.pool.read {
                    try Int.fetchOne($0, sql: "SELECT v FROM words_config WHERE k = 'automerge'")
                }
            }
            let former = try SQLiteStore(directory: directory, logger: .quiet)
            #expect(try await pages(former) == 0)
            try await former.pool.write {
                try $0.execute(sql: "INSERT INTO words (words, rank) VALUES ('automerge', 4)")
            }
            #expect(try await pages(former) == 4)
            try await former.close()
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            #expect(try await pages(store) == 0)
            try await store.close()
        }
    }
}
