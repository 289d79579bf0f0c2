import Domain
import GRDB
import Primitives
import TestSupport
import Testing

@testable import Store

/// Nobody who stores something waits for the index of words, and its parts stay few. It is counted, as times say nothing on a
/// machine that does other things.
@Suite(.campaign)
struct WordMergeTests {
    /// Rows that each transaction of the database's writer changes meanwhile.
    private func changes(_ store: SQLiteStore, _ body: () async throws -> Void) async throws -> [Int] {
        let totals = Locked<[Int]>([])
        try await store.pool.writeWithoutTransaction { db in
            db.trace { event in
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

    @Test func `the writer of events writes nothing of the index, and the parts of that stay few`() async throws {
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
            #expect(indexing.allSatisfy { $0 == 0 }, "\(indexing)")
            // 32 events with their four rows each, what is counted of them, and the edition.
            let most = try #require(purging.max())
            #expect(purging.count > 150 && most < 32 * 4 + 30, "\(purging.sorted().suffix(5))")
            // 94 and 157 steps have left a part each.
            let parts = try await store.pool.read { db in
                try Int.fetchOne(db, sql: "SELECT count(DISTINCT segid) FROM words_idx") ?? 0
            }
            #expect((1...24).contains(parts), "\(parts) parts")
            try await store.words.write { try $0.execute(sql: "INSERT INTO words (words) VALUES ('integrity-check')") }
            try await store.close()
        }
    }
}
