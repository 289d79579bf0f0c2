import Domain
import Foundation
import GRDB
import Primitives
import TestSupport
import Testing

@testable import Store

/// What only the SQLite store promises: its files, its keys, its settings.
struct SQLiteFileTests {
    @Test("Commits are synced in full, in WAL, with space given back by steps")
    func settings() async throws {
        try await withScratchDirectory { directory in
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            let facts = try await store.pool.writeWithoutTransaction { db in
                try ["synchronous", "auto_vacuum", "wal_autocheckpoint"].map {
                    try Int.fetchOne(db, sql: "PRAGMA \($0)")
                }
            }
            #expect(facts == [2, 2, 1000])
            let mode = try await store.pool.writeWithoutTransaction {
                try String.fetchOne($0, sql: "PRAGMA journal_mode")
            }
            #expect(mode == "wal")
            _ = try await store.createInstance { .sample($0) }
            // Still so after the first commits.
            let later = try await store.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
            #expect(later == 2)
            #expect(await store.freeBytes() ?? 0 > 0)
            try await store.close()
        }
    }

    @Test("A store beside the node's own directory keeps both, and says which one another node has")
    func storeElsewhere() async throws {
        try await withScratchDirectory { directory in
            let store = directory + "/events"
            var options = SQLiteStore.Options()
            options.directory = directory + "/one"
            let first = try SQLiteStore(directory: store, options: options, logger: .quiet)
            _ = try await first.createInstance { .sample($0) }
            let files = try FileManager.default.contentsOfDirectory(atPath: directory + "/one")
            #expect(files == ["lock"])
            #expect(FileManager.default.fileExists(atPath: store + "/key"))
            // The same node once more can be asked; another one can't.
            let same = #expect(throws: StoreError.self) {
                try SQLiteStore(directory: store, options: options, logger: .quiet)
            }
            #expect(same?.kind == .locked)
            options.directory = directory + "/two"
            let other = #expect(throws: StoreError.self) {
                try SQLiteStore(directory: store, options: options, logger: .quiet)
            }
            #expect(other?.kind == .held && other?.message.contains("--store") == true)
            try await first.close()
            // One directory for both is locked once.
            options.directory = store + "/."
            let next = try SQLiteStore(directory: store, options: options, logger: .quiet)
            #expect(try await next.instances().count == 1)
            try await next.close()
        }
    }

    @Test("Another program that holds the database is hardly waited for at the end, and nothing is lost")
    func lockedAtTheEnd() async throws {
        try await withScratchDirectory { directory in
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            _ = try await store.createInstance { .sample($0) }
            var configuration = Configuration()
            configuration.allowsUnsafeTransactions = true
            let other = try DatabaseQueue(path: store.directory.databasePath, configuration: configuration)
            try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
            let refused = Task { try await store.createInstance { .sample($0) } }
            store.hurry()
            await #expect(throws: StoreError.self) { _ = try await refused.value }
            try await store.close()
            try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
            try other.close()
            // The directory is let go, and what was committed is there.
            let next = try SQLiteStore(directory: directory, logger: .quiet)
            #expect(try await next.instances().count == 1)
            try await next.close()
        }
    }

    @Test("At the end a lock is waited for a few times and no more")
    func lockPatience() {
        let patience = LockPatience()
        patience.hurry()
        let tries = (0...1000).first { !patience.waits(afterTries: $0) }
        #expect(tries.map { (2...20).contains($0) } == true)
    }

    @Test("Reads under way don't keep the store from closing")
    func interruptedReads() async throws {
        try await withScratchDirectory { directory in
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
            let begun = Gate()
            let read = Task {
                try await store.read { db in
                    begun.open()
                    return try Int.fetchOne(db, sql: endless)
                }
            }
            await begun.wait()
            try await store.close()
            await #expect(throws: StoreError.self) { _ = try await read.value }
        }
    }

    @Test("Only the owner can read what is stored")
    func permissions() async throws {
        try await withScratchDirectory { directory in
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            _ = try await store.createInstance { .sample($0) }
            func mode(_ path: String) throws -> Int? {
                try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            }
            #expect(try mode(directory) == 0o700)
            for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
                #expect(try mode("\(directory)/\(name)") == 0o600, "\(name)")
            }
            try await store.close()
        }
    }

    @Test("No secret stands in any file of the data directory")
    func encryption() async throws {
        try await withScratchDirectory { directory in
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            _ = try await store.createInstance { .sample($0) }
            for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
                let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(name)"))
                #expect(bytes.range(of: Data("hush".utf8)) == nil, "\(name)")
            }
            try await store.close()
        }
    }

    @Test("A second process is told who has the directory")
    func lock() async throws {
        try await withScratchDirectory { directory in
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            let error = #expect(throws: StoreError.self) { try SQLiteStore(directory: directory, logger: .quiet) }
            #expect(error?.kind == .locked)
            #expect(error?.message.contains("process \(ProcessInfo.processInfo.processIdentifier) is using") == true)
            try await store.close()
        }
    }

    @Test("A wrong, bad or missing key is told as such")
    func keys() async throws {
        try await withScratchDirectory { directory in
            let hexadecimal = String(repeating: "0a", count: 32)
            let same = Base64.encode([UInt8](repeating: 10, count: 32))
            func open(_ key: String?) -> StoreError? {
                do {
                    _ = try SQLiteStore(
                        directory: directory,
                        options: .init(key: key.map { GivenKey(Secret($0)) }),
                        logger: .quiet
                    )
                    return nil
                } catch { return error }
            }
            #expect(open("short")?.message.contains("SIGNALBOX_KEY must be 32 bytes") == true)
            #expect(open(hexadecimal) == nil)
            #expect(open(same) == nil)
            #expect(open(String(repeating: "0b", count: 32))?.message.contains("does not open the secrets") == true)
            #expect(open(nil)?.message.contains("is missing") == true)
        }
    }

    @Test("A database of a newer version is left alone")
    func newer() async throws {
        try await withScratchDirectory { directory in
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            try await store.pool.write {
                try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('99 later')")
            }
            try await store.close()
            let error = #expect(throws: StoreError.self) { try SQLiteStore(directory: directory, logger: .quiet) }
            #expect(error?.kind == .newerVersion)
        }
    }

    @Test("Every migration keeps what earlier versions stored")
    func migrations() async throws {
        try await withScratchDirectory { directory in
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let old = try DatabaseQueue(path: directory + "/signalbox.sqlite")
            try Schema.migrator.migrate(old, upTo: "1 events")
            try await old.write { try $0.execute(sql: "INSERT INTO object (id, name) VALUES (1, 'Account')") }
            try old.close()
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            #expect(store.queue.state.objects == ["account": 1])
            try await store.close()
        }
    }

    @Test("A damaged or unreachable database becomes a sentence")
    func damage() async throws {
        try await withScratchDirectory { directory in
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let path = directory + "/signalbox.sqlite"
            try Data(repeating: 0x58, count: 8192).write(to: URL(fileURLWithPath: path))
            let error = #expect(throws: StoreError.self) { try SQLiteStore(directory: directory, logger: .quiet) }
            #expect(error?.kind == .corrupt)
            let file = #expect(throws: StoreError.self) { try SQLiteStore(directory: path, logger: .quiet) }
            #expect(file?.kind == .unreadable)
            #expect(file?.message.contains(path) == true)
        }
    }

    @Test("A full disk refuses the batch and keeps what was there")
    func fullDisk() async throws {
        try await withScratchDirectory { directory in
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            let instance = try await store.createInstance { .sample($0) }
            let fixture = Fixture(store: store, instance: instance, directory: directory)
            try await fixture.append(.row(1, at: 2000))
            try await store.pool.writeWithoutTransaction { db in
                let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
                try db.execute(sql: "PRAGMA max_page_count = \(pages)")
            }
            let large = String(repeating: "x", count: 100_000)
            let error = await #expect(throws: StoreError.self) {
                try await fixture.append(.row(2, at: 2000, name: large))
            }
            #expect(error?.kind == .diskFull)
            try await store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 1000000") }
            #expect(try await fixture.append(.row(2, at: 2000, name: large)).lastSequence == 2)
            #expect(try await store.counts(.init()).total == 2)
            try await store.close()
        }
    }

    @Test("Searches that fill their places leave readers to deliveries, and go when nobody waits for them")
    func scans() async throws {
        try await withScratchDirectory { directory in
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            let gate = Gate()
            let entered = Entered()
            let busy = (0..<2).map { _ in
                Task {
                    try await store.scans.use {
                        entered.increment()
                        await gate.wait()
                    }
                }
            }
            try await waitUntil("both places are taken") { entered.count == 2 }
            var filter = EventFilter()
            filter.expression = EventFilter.words("anything")
            let wanted = filter
            let search = Task { try await store.events(PageRequest(filter: wanted)) }
            try await waitUntil("a search waits") { store.scans.waitingCount > 0 }
            // Neither waits for the searches.
            #expect(try await store.outgoing([1]).isEmpty)
            #expect(try await store.events(PageRequest()).isEmpty)
            search.cancel()
            await #expect(throws: CancellationError.self) { try await search.value }
            #expect(store.scans.waitingCount == 0)
            gate.open()
            for task in busy { try await task.value }
            #expect(try await store.events(PageRequest(filter: wanted)).isEmpty)
            try await store.close()
        }
    }

    @Test("However many pages are being read, deliveries and polls have readers of their own", .timeLimit(.minutes(20)))
    func looks() async throws {
        try await withScratchDirectory { directory in
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            let gate = Gate()
            let entered = Entered()
            // Each stays in its statement, as a long one does.
            let pages = (0..<12).map { _ in
                Task {
                    try await store.look { _ in
                        entered.increment()
                        gate.holdThread()
                    }
                }
            }
            try await waitUntil("four read") { entered.count >= 4 }
            #expect(try await store.outgoing([1]).isEmpty)
            let owner = ClaimOwner(node: "test")
            let due = try await store.dueDeliveries(
                for: owner,
                now: .distantFuture,
                limit: 1,
                excluding: [],
                heldInstances: []
            )
            #expect(due.isEmpty)
            #expect(try await store.pollerRecords(401).isEmpty)
            try await waitUntil("eight wait") { store.looks.waitingCount >= 8 }
            gate.open()
            for page in pages { try await page.value }
            try await store.close()
        }
    }

    @Test("Pages by facet read the index alone")
    func plans() async throws {
        try await withScratchDirectory { directory in
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            let queries = [
                "SELECT sequence FROM event WHERE instance = 1 AND object = 1 AND change = 1 AND state = 1 "
                    + "AND sequence BETWEEN 1 AND 9 ORDER BY sequence DESC LIMIT 5",
                "SELECT id FROM delivery WHERE instance = 1 AND state = 0 ORDER BY id",
                "SELECT id FROM delivery WHERE instance = 1 AND state = 2 AND next_attempt <= 9 ORDER BY next_attempt",
                "SELECT sequence FROM event INDEXED BY event_replay WHERE instance = 1 AND object = 1 AND change = 1 "
                    + "AND state = 1 AND replay = 1 AND sequence BETWEEN 1 AND 9 ORDER BY sequence DESC LIMIT 5",
                "SELECT waiting, id FROM lane WHERE instance = 1 AND record_id = 'a' ORDER BY waiting, id LIMIT 1",
            ]
            for query in queries {
                let plan = try await store.pool.read { db in
                    try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + query).map { $0["detail"] as String }
                }
                #expect(plan.count == 1 && plan[0].hasPrefix("SEARCH"), "\(query): \(plan)")
            }
            let stamps = try await store.pool.read { db in
                try Row.fetchAll(
                    db,
                    sql: "EXPLAIN QUERY PLAN " + SQLiteStore.stampsStatement,
                    arguments: [1, 1, 0, 9]
                ).map { $0["detail"] as String }
            }
            #expect(
                stamps == [
                    "SEARCH ledger_stamp USING PRIMARY KEY (instance=? AND object=? AND stamp>? AND stamp<?)"
                ]
            )
            let states = try await store.pool.read { db in
                try Row.fetchAll(
                    db,
                    sql: "EXPLAIN QUERY PLAN " + SQLiteStore.statesStatement,
                    arguments: ["[]", 1, 1]
                ).map { $0["detail"] as String }
            }
            #expect(states.last == "SEARCH l USING INDEX ledger_key (instance=? AND object=? AND record_id=?)")
            try await store.close()
        }
    }
}

/// How many have come in.
private final class Entered: Sendable {
    private let state = Locked(0)

    var count: Int { state.withLock { $0 } }

    func increment() { state.withLock { $0 += 1 } }
}
