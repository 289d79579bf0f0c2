import Domain
import Foundation
import GRDB
import Primitives
import TestSupport
import Testing

@testable import Store

/// A database of each earlier version opens, and shows and does what one of today's does.
struct MigrationTests {
    private static let key = String(repeating: "0a", count: 32)
    private static let versions = Schema.migrator.migrations

    @Test func `migrations are never renamed, left out or put between`() {
        let known = [
            "1 events", "replay jobs", "callback holds", "messages", "replay outcomes", "due by instance",
            "waiting replay jobs", "words of pollers", "index of words", "first bytes of attempts",
            "failures by reason", "phases of attempts", "audit", "stamps of the ledger", "calls of pollers",
            "fields by event", "words in a file of their own", "payloads by difference",
            "waits of retries", "guesses of the ledger", "ends of callback holds", "webhooks of events",
        ]
        #expect(Array(Self.versions.prefix(known.count)) == known)
    }

    @Test(arguments: versions)
    func `whether opening would change a database is told without changing it`(version: String) async throws {
        try await withScratchDirectory { directory in
            #expect(try StoreHealth.standing(directory: directory) == .missing)
            try make(directory, upTo: version)
            let file = directory + "/signalbox.sqlite"
            let before = FileManager.default.contents(atPath: file)
            let standing = try StoreHealth.standing(directory: directory)
            #expect(standing == (version == Self.versions.last ? .current : .earlier))
            #expect(FileManager.default.contents(atPath: file) == before)
            let queue = try DatabaseQueue(path: file)
            try await queue.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('of tomorrow')") }
            try queue.close()
            let error = #expect(throws: StoreError.self) { try StoreHealth.standing(directory: directory) }
            #expect(error?.kind == .newerVersion)
        }
    }

    @Test(arguments: versions)
    func `a database of each version opens with all that it holds`(version: String) async throws {
        try await withScratchDirectory { directory in
            try make(directory, upTo: version)
            let store = try SQLiteStore(
                directory: directory,
                options: .init(key: GivenKey(Secret(Self.key))),
                logger: .quiet
            )
            let fixture = Fixture(store: store, instance: .sample(1), directory: directory)
            #expect(try await store.instances() == [.sample(1)])
            #expect(try await store.createInstance { .sample($0) }.id == 2)
            let poller = try #require(try await store.pollerRecords(1).first)
            #expect(poller.object == "Account" && poller.cursor == Timestamp(seconds: 2000) && poller.problem == "none")
            #expect(poller.apiCalls == 3)
            let entry = try #require(try await store.ledgerEntry(1, object: "account", recordID: recordKey(1)))
            #expect(entry.revision == 1 && entry.guess == nil)

            let events = try await store.events(PageRequest(direction: .oldestFirst))
            #expect(events.map(\.sequence) == [1, 2, 3])
            #expect(events.map(\.delivery?.state) == [.dead, .queued, .retrying])
            #expect(events.map(\.changedFieldNames) == [["Name"], [], []])
            let detail = try #require(try await store.event(sequence: 1))
            #expect(detail.event.changedFields == [FieldChange(name: "Name", old: "\"A\"", new: "\"B\"")])
            #expect(detail.attempts.map(\.outcome) == [.failure("refused"), .response(status: 204)])
            #expect(detail.attempts[1].isReplay)
            #expect(
                try await store.counts(.init()).byState.filter { $0.value > 0 } == [.dead: 1, .queued: 1, .retrying: 1]
            )
            #expect(try await store.activity(1, since: .distantPast).events == [5000: 3])

            // What the schema of its time could not say is made up from what it did.
            if let replays = Self.versions.firstIndex(of: "replay outcomes"),
                try #require(Self.versions.firstIndex(of: version)) < replays
            {
                #expect(detail.delivery?.lastReplay?.outcome == .response(status: 204))
                #expect(try await store.outgoing([1]).map(\.made) == [2])
                #expect(try await store.counts(.init()).dead == 0)
            }
            // And everything goes on.
            #expect(try await fixture.due(at: 6999) == [2])
            #expect(try await fixture.due(at: 7000) == [2, 3])
            #expect(
                try await store.nextDue(after: Timestamp(seconds: 6000), heldInstances: []) == Timestamp(seconds: 7000)
            )
            #expect(try await fixture.append(.row(1, at: 3000, name: "C")).lastSequence == 4)
            #expect(try await fixture.state(4) == .queued)
            #expect(try await fixture.attempt(2, .delivered) == [])
            try await store.saveCallbackHold(CallbackHold(url: "http://a", reason: "b"), of: 1)
            #expect(try await store.replayJobs(nil, onlyOpen: false, limit: 9).isEmpty)
            try await store.close()
        }
    }

    @Test func `the index of words needs no room for the copy that an upgrade keeps`() async throws {
        try await withScratchDirectory { directory in
            try make(directory, upTo: Self.versions[Self.versions.count - 2])
            // More than is free, without taking any of it.
            let free = try #require(try DataDirectory(preparing: directory).freeBytes)
            let path = directory + "/words.sqlite"
            try Data().write(to: URL(fileURLWithPath: path))
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            try file.truncate(atOffset: UInt64(free) + 1 << 30)
            try file.close()
            let key = GivenKey(Secret(Self.key))
            let store = try SQLiteStore(directory: directory, options: .init(key: key), logger: .quiet)
            #expect(try await store.events(PageRequest()).count == 3)
            try await store.close()
        }
    }

    @Test(arguments: versions)
    func `a database of each version becomes the same as one of today's`(version: String) throws {
        let (old, fresh) = (try DatabaseQueue(), try DatabaseQueue())
        try Schema.migrator.migrate(old, upTo: version)
        try Schema.migrator.migrate(old)
        try Schema.migrator.migrate(fresh)
        func shape(_ queue: DatabaseQueue) throws -> [String] {
            try queue.read {
                try String.fetchAll($0, sql: "SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY type, name")
            }
        }
        #expect(try shape(old) == shape(fresh))
    }

    /// One instance with its poller and a ledger; an event that is dead and was replayed well, one that is queued and one
    /// that retries at 7000. Written with the columns of the first version alone.
    private func make(_ directory: String, upTo version: String) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let queue = try DatabaseQueue(path: directory + "/signalbox.sqlite")
        try Schema.migrator.migrate(queue, upTo: version)
        let box = SecretBox(try #require(SecretKey(text: Self.key)))
        let instance = try InstanceRecord(.sample(1), box)
        try queue.write { db in
            func put(_ table: String, _ values: [String: (any DatabaseValueConvertible)?]) throws {
                let names = values.keys.sorted()
                try db.execute(
                    sql: """
                        INSERT INTO \(table) (\(names.joined(separator: ", ")))
                        VALUES (\(names.map { _ in "?" }.joined(separator: ", ")))
                        """,
                    arguments: StatementArguments(names.map { values[$0] ?? nil })
                )
            }
            try put("meta", ["name": "key", "value": try box.seal("signalbox", context: "key")])
            try put("meta", ["name": "sequence", "value": 4])
            try put("meta", ["name": "instance", "value": 2])
            try put(
                "instance",
                [
                    "id": 1, "name": instance.name, "tags": instance.tags, "settings": instance.settings,
                    "disabled": false, "secrets": instance.secrets, "created": instance.created,
                    "updated": instance.updated,
                ]
            )
            try put("object", ["id": 1, "name": "Account"])
            try put("sender", ["id": 1, "instance": 1, "name": "sample", "tags": "[]"])
            try put(
                "poller",
                [
                    "instance": 1, "object": "Account", "cursor": 2_000_000, "api_calls": 3, "rows_read": 4,
                    "problem": "none",
                ]
            )
            try put("span", ["block": 0, "earliest": 5_000_000, "latest": 5_000_000])
            for (sequence, state) in [(1, 3), (2, 0), (3, 2)] as [(Int64, Int64)] {
                let record = recordKey(Int(sequence))
                try put(
                    "event",
                    [
                        "sequence": sequence, "event_id": "event \(sequence)", "notification": sequence, "instance": 1,
                        "object": 1, "change": sequence == 1 ? 1 : 0, "state": state, "undelete": false, "source": 0,
                        "date": 2_000_000, "received": 5_000_000, "record_id": record, "record_name": "Acme",
                        "changed": sequence == 1 ? "Name" : nil,
                    ]
                )
                try put(
                    "payload",
                    [
                        "sequence": sequence, "record": #"{"Id":"\#(record)"}"#,
                        "changes": sequence == 1 ? #"[["Name","\"A\"","\"B\""]]"# : nil,
                    ]
                )
                try put(
                    "delivery",
                    [
                        "id": sequence, "instance": 1, "sender": 1, "count": 1, "state": state,
                        "attempts": sequence == 1 ? 1 : 0, "next_attempt": state == 2 ? 7_000_000 : nil,
                        "created": 5_000_000,
                    ]
                )
                try put(
                    "counter",
                    ["instance": 1, "object": 1, "change": sequence == 1 ? 1 : 0, "state": state, "events": 1]
                )
                try put(
                    "ledger",
                    [
                        "instance": 1, "object": 1, "record_id": record, "stamp": 2_000_000, "deleted": false,
                        "revision": 1, "fields": #"{"Name":"B"}"#,
                    ]
                )
                if state != 3 {
                    try put("lane", ["instance": 1, "record_id": record, "waiting": false, "id": sequence])
                }
            }
            for (number, isReplay, status) in [(1, false, nil), (2, true, 204)] as [(Int, Bool, Int?)] {
                try put(
                    "attempt",
                    [
                        "notification": 1, "number": number, "replay": isReplay, "started": 6_000_000, "ms": 14,
                        "status": status, "error": status == nil ? "refused" : nil, "url": "http://callback.example",
                    ]
                )
            }
        }
        try queue.close()
    }
}
