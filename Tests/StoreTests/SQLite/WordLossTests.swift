import Domain
import Foundation
import GRDB
import Primitives
import Synchronization
import TestSupport
import Testing

@testable import Store

/// Whatever becomes of the file of words while it is used: searches find the same, and nothing else notices.
@Suite(.timeLimit(.minutes(20)))
struct WordLossTests {
    /// A store of 600 indexed events, which `body` closes.
    private func run(
        _ lines: LogLines = LogLines(),
        _ body: (Fixture, SQLiteStore) async throws -> Void
    ) async throws {
        try await withScratchDirectory { directory in
            let store = try SQLiteStore(directory: directory, logger: lines.logger)
            let instance = try await store.createInstance { .sample($0) }
            let fixture = Fixture(store: store, instance: instance, directory: directory)
            let rows = (1...600).map { Observation.row($0, at: 2000, name: "Company \($0)") }
            _ = try await store.append(fixture.batch(rows, hasCallback: false))
            try await index(store)
            try await body(fixture, store)
        }
    }

    private func index(_ store: SQLiteStore) async throws {
        while try await store.indexWords(leaving: 1).rest > 0 {}
    }

    private func found(_ text: String, _ store: SQLiteStore) async throws -> Int64 {
        try await store.counts(EventFilter(parsing: text, now: Timestamp(seconds: 9000)), limit: nil).total
    }

    /// What the index itself says.
    private func indexed(_ store: SQLiteStore) async throws -> Int {
        try await store.read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM words WHERE words MATCH 'company'") ?? 0
        }
    }

    private func damage(_ store: SQLiteStore) async throws {
        try await store.words.write { db in
            try db.execute(sql: "UPDATE words_data SET block = x'00ff00ff' WHERE id > 100")
        }
    }

    private func overwrite(_ page: UInt64, of path: String) throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.seek(toOffset: page * 4096)
        try file.write(contentsOf: Data(repeating: 0x5a, count: 4096))
        try file.close()
    }

    /// Reads with all readers of the pool at once, so that each is opened.
    private func readWithAll(_ store: SQLiteStore) async throws -> Int {
        let gate = Gate()
        let reading = Reading()
        let reads = (0..<SQLiteStore.readers).map { _ in
            Task {
                try await store.read { db in
                    reading.count.wrappingAdd(1, ordering: .relaxed)
                    gate.holdThread()
                    return try Int.fetchOne(db, sql: "SELECT count(*) FROM event") ?? 0
                }
            }
        }
        // One that can't be opened reads nothing.
        let watching = Task {
            try await waitUntil("all read") { reading.count.load(ordering: .relaxed) == SQLiteStore.readers }
        }
        let watched = await watching.result
        gate.open()
        var events = 0
        for read in reads { events += try await read.value }
        try watched.get()
        return events
    }

    @Test func `whichever page is torn, all is found, and the index is whole again`() async throws {
        try await run { fixture, store in
            try await store.close()
            let path = fixture.directory + "/words.sqlite"
            let size = try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
            #expect(size / 4096 > 12)
            var mended = 0
            // About a dozen of them, the first one among these: each is a store of its own.
            for page in stride(from: 0, to: UInt64(size / 4096), by: size / 4096 / 12) {
                let scratch = try ScratchDirectory()
                defer { scratch.remove() }
                let copy = scratch.path + "/copy"
                try FileManager.default.copyItem(atPath: fixture.directory, toPath: copy)
                try overwrite(page, of: copy + "/words.sqlite")
                let lines = LogLines()
                let torn = try SQLiteStore(directory: copy, logger: lines.logger)
                #expect(try await found("company", torn) == 600, "page \(page)")
                #expect(try await found("\"company 7\"", torn) == 1, "page \(page)")
                if lines.all.contains(where: { $0.contains("can't be used and is made anew") }) { mended += 1 }
                try? await index(torn)
                try await index(torn)
                #expect(try await indexed(torn) == 600, "page \(page)")
                try await torn.close()
                #expect(!FileManager.default.fileExists(atPath: copy + "/words.sqlite-damaged"))
            }
            #expect(mended > 1)
        }
    }

    @Test func `damage that shows in use is said once, and mended at once`() async throws {
        let lines = LogLines()
        try await run(lines) { fixture, store in
            let (losses, lost) = AsyncStream<Void>.makeStream()
            store.onWordsLost { lost.yield() }
            try await damage(store)
            async let first = found("company", store)
            async let second = found("company -acme", store)
            let both = try await (first, second)
            #expect(both == (600, 600))
            var loss = losses.makeAsyncIterator()
            #expect(await loss.next() != nil)
            #expect(try await readWithAll(store) == SQLiteStore.readers * 600)
            try await index(store)
            #expect(try await indexed(store) == 600)
            #expect(try await store.damage() == nil)
            let said = lines.all.filter { $0.contains("index of words") }
            #expect(said.count == 1 && said[0].contains("no event is lost"), "\(said)")
            try await store.close()
        }
    }

    @Test func `a damaged index doesn't hold retention up`() async throws {
        try await run { fixture, store in
            try await damage(store)
            #expect(try await fixture.purge(PurgeRequest(settled: PurgeBound(through: 10)), atMost: 4) == 10)
            while try await store.giveBack(.words(isFirst: false)) {}
            #expect(try await found("company", store) == 590)
            try? await index(store)
            try await index(store)
            #expect(try await indexed(store) == 590)
            try await store.close()
        }
    }

    @Test func `a purge goes on where words find no room, and they are right when there is some`() async throws {
        let lines = LogLines()
        try await run(lines) { fixture, store in
            @Sendable func limit(_ db: Database, _ pages: Int) throws {
                let count = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
                _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(count + pages)")
            }
            try await store.words.write { try limit($0, 0) }
            let removed = try await fixture.purge(PurgeRequest(settled: PurgeBound(through: 400)), atMost: 200)
            #expect(removed == 400)
            #expect(try await found("company", store) == 200)
            #expect(try await store.giveBack(.words(isFirst: true)) == false)
            let said = lines.all.filter { $0.contains("does not follow what is removed") }
            #expect(!said.isEmpty && said.allSatisfy { $0.contains("words.sqlite") }, "\(said)")
            try await store.words.write { try limit($0, 100_000) }
            try await index(store)
            #expect(try await indexed(store) == 200)
            try await store.close()
        }
    }

    enum Mischief: CaseIterable { case removed, overwritten, emptied, another, unreadable }

    @Test(arguments: Mischief.allCases)
    func `a file that somebody takes away or overwrites disturbs no reader`(mischief: Mischief) async throws {
        try await run { former, opened in
            let path = former.directory + "/words.sqlite"
            // So that all of it is in the file, and nothing in its log.
            try await opened.close()
            let store = try SQLiteStore(directory: former.directory, logger: .quiet)
            let fixture = Fixture(store: store, instance: former.instance, directory: former.directory)
            switch mischief {
            case .removed: try FileManager.default.removeItem(atPath: path)
            case .overwritten: for page in 0..<8 as Range<UInt64> { try overwrite(page, of: path) }
            case .emptied:
                let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
                try file.truncate(atOffset: 0)
                try file.close()
            case .another:
                try FileManager.default.removeItem(atPath: path)
                let other = try DatabaseQueue(path: path)
                try await other.write { try $0.execute(sql: "CREATE TABLE indexed (other)") }
                try other.close()
            case .unreadable:
                try FileManager.default.removeItem(atPath: path)
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            }
            #expect(try await readWithAll(store) == SQLiteStore.readers * 600)
            #expect(try await found("company", store) == 600)
            #expect(try await store.retentionFacts([]).events == 600)
            #expect(try await fixture.purge(PurgeRequest(settled: PurgeBound(through: 10)), atMost: 4) == 10)
            #expect(try await found("company", store) == 590)
            if mischief != .unreadable {
                try? await index(store)
                try await index(store)
                #expect(try await found("company", store) == 590)
                #expect(try await indexed(store) == 590)
            }
            try await store.close()
        }
    }

    @Test func `a store opens without an index where none can be made, and has one when it can`() async throws {
        try await run { fixture, store in
            try await store.close()
            let path = fixture.directory + "/words.sqlite"
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            let later = try SQLiteStore(directory: fixture.directory, logger: .quiet)
            #expect(try await found("company", later) == 600)
            let said = await #expect(throws: StoreError.self) { _ = try await later.indexWords() }
            #expect(said?.message.contains("words.sqlite") == true)
            try FileManager.default.removeItem(atPath: path)
            try await index(later)
            #expect(try await indexed(later) == 600)
            try await later.close()
        }
    }

    @Test func `the start after a kill reads no index through; the check of the database does, and mends it`()
        async throws
    {
        try await run { fixture, store in
            let scratch = try ScratchDirectory()
            defer { scratch.remove() }
            let (copy, path) = (scratch.path + "/copy", scratch.path + "/copy/words.sqlite")
            try FileManager.default.copyItem(atPath: fixture.directory, toPath: copy)
            // All of its log is folded in, so that what is read is what is torn.
            let words = try DatabaseQueue(path: path)
            let parts = try await words.writeWithoutTransaction { db -> Int64? in
                _ = try db.checkpoint(.truncate)
                return try Int64.fetchOne(
                    db,
                    sql: "SELECT pageno FROM dbstat WHERE name = 'words_data' AND pagetype = 'leaf' ORDER BY path DESC"
                )
            }
            try words.close()
            let page = try #require(parts)
            try overwrite(UInt64(page - 1), of: path)
            let revived = try SQLiteStore(directory: copy, logger: .quiet)
            #expect(revived.endedBadly)
            let range = try await revived.read { try WordIndexRange($0).sequences }
            #expect(range == 1...600)
            #expect(try await revived.damage() == nil)
            let after = try await revived.read { try WordIndexRange($0).sequences }
            #expect(after == nil)
            try await index(revived)
            #expect(try await indexed(revived) == 600)
            try await revived.close()
            try await store.close()
        }
    }
}

private final class Reading: Sendable {
    let count = Atomic(0)
}
