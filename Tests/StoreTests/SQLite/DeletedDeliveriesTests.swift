import Domain
import GRDB
import Primitives
import TestSupport
import Testing

@testable import Store

/// What is open of an instance ends in slices after it.
struct DeletedDeliveriesTests {
    private static let count = 1200

    private func number(_ sql: String, _ store: SQLiteStore) async throws -> Int {
        try await store.look { db in try Int.fetchOne(db, sql: sql) ?? 0 }
    }

    @Test func `an instance goes though not all that is open can end yet, and that is not sent and ends later`()
        async throws
    {
        try await withScratchDirectory { directory in
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            let instance = try await store.createInstance { .sample($0) }
            let fixture = Fixture(store: store, instance: instance, directory: directory)
            // Each record's first event is queued, its second waits.
            for second in [Int64(2000), 2001] {
                let rows = (0..<(Self.count / 2)).map { Observation.row($0, at: second, name: "\(second)") }
                _ = try await store.append(fixture.batch(rows))
            }
            let last = Int64(Self.count / 2)
            _ = try await fixture.attempt(last, .retrying, status: 500, next: 9000)
            try await store.queue.perform { transaction in
                try transaction.db.execute(
                    sql: """
                        CREATE TRIGGER held BEFORE UPDATE ON delivery
                        WHEN NEW.state = 3 AND (SELECT count(*) FROM delivery WHERE state = 3) >= 700
                        BEGIN SELECT RAISE(ABORT, 'held'); END
                        """
                )
            }
            try await store.deleteInstance(instance.id)
            let found = try await store.instance(instance.id)
            #expect(found == nil)
            // One transaction's worth, and the next one came to nothing.
            let ended = try await number("SELECT count(*) FROM delivery WHERE state = 3", store)
            #expect(ended == SQLiteStore.endingSlice)
            let dueOfAll = try await fixture.due(at: 9999)
            #expect(dueOfAll.isEmpty)
            let due = try await store.dueDeliveries(
                of: instance.id,
                for: fixture.owner,
                now: Timestamp(seconds: 9999),
                limit: 10,
                excluding: []
            )
            #expect(due.isEmpty)
            let next = try await store.nextDue(after: Timestamp(seconds: 8000), heldInstances: [])
            let nextOfIt = try await store.nextDue(of: instance.id, after: Timestamp(seconds: 8000))
            #expect(next == nil && nextOfIt == nil)
            let outgoing = try await store.outgoing([last])
            #expect(outgoing.isEmpty)
            try await store.queue.perform { transaction in try transaction.db.execute(sql: "DROP TRIGGER held") }
            try await store.close()
            try await endsLater(directory, owner: fixture.owner)
        }
    }

    /// As the next process does: what is left ends by house-keeping, and everything is counted.
    private func endsLater(_ directory: String, owner: ClaimOwner) async throws {
        let store = try SQLiteStore(directory: directory, logger: .quiet)
        let due = try await store.dueDeliveries(
            for: owner,
            now: Timestamp(seconds: 9999),
            limit: 10,
            excluding: [],
            heldInstances: []
        )
        #expect(due.isEmpty)
        while try await store.removeRemains() {}
        for (question, answer) in [
            ("SELECT count(*) FROM lane", 0), ("SELECT count(*) FROM ledger", 0),
            ("SELECT count(*) FROM event WHERE state = 3", Self.count),
            ("SELECT count(*) FROM delivery WHERE state = 3 AND next_attempt IS NULL", Self.count),
            ("SELECT sum(events) FROM counter WHERE state = 3", Self.count),
            ("SELECT sum(events) FROM counter", Self.count),
        ] {
            let found = try await number(question, store)
            #expect(found == answer, "\(question)")
        }
        try await store.close()
    }
}
