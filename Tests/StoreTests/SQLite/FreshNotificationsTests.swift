import Domain
import Primitives
import TestSupport
import Testing

@testable import Store

/// What was stored a moment ago is sent without being read back, and is the same as if it were.
struct FreshNotificationsTests {
    private func run(_ body: (Fixture, SQLiteStore) async throws -> Void) async throws {
        try await withScratchDirectory { directory in
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            let instance = try await store.createInstance { .sample($0) }
            try await body(Fixture(store: store, instance: instance, directory: directory), store)
            try await store.close()
        }
    }

    private func kept(_ store: SQLiteStore) -> Int { store.fresh.withLock { $0.count } }

    private static func webhook(_ fixture: Fixture, _ seen: [Observation]) -> IntakeBatch {
        var batch = fixture.batch(seen, batchSize: 3)
        batch.source = .webhook
        batch.pollDate = nil
        batch.webhookEnvelope = WebhookEnvelope.make(
            members: [("action", #""update""#), ("records", "[]"), ("previous", "[]")],
            recordsName: "records",
            previousName: "previous"
        )
        return batch
    }

    @Test func `what is kept reads as the store does`() async throws {
        try await run { fixture, store in
            var merged = Observation.row(1, at: 2000, extra: [.init(name: "Fax", raw: "null")])
            merged.masterRecordID = recordKey(8)
            var previous = Observation.row(2, at: 2000, name: "B \u{1}records \u{201C}\u{1F600}")
            previous.previous = Observation.row(2, at: 1000, name: "A").fields
            var batches = [
                fixture.batch([merged, .row(3, object: "Lead", at: 2000)]),
                // Spelled otherwise, the object keeps its first name.
                fixture.batch([.row(4, object: "LEAD", at: 2000)]),
                fixture.batch([.row(5, at: 2000), .row(6, at: 2000), .row(7, object: "Lead", at: 2000)], batchSize: 5),
                Self.webhook(fixture, [previous, .row(9, at: 2000)]),
            ]
            batches += [5, 9].map { Self.webhook(fixture, [.row($0, at: 2500, isDeleted: true)]) }
            for batch in batches {
                let ready = try await store.append(batch).ready
                #expect(!ready.isEmpty && kept(store) == ready.count)
                let fresh = try await store.outgoing(ready)
                #expect(kept(store) == 0)
                let read = try await store.outgoing(ready)
                #expect(fresh == read)
                #expect(fresh.map(\.body.bytes) == read.map(\.body.bytes))
                for id in ready { try await fixture.attempt(id, .delivered) }
            }
            // Compared with what is known now, so that they bring changed fields.
            let later = (1...7).map { Observation.row($0, at: 3000, name: "later \($0)") }
            let ready = try await store.append(fixture.batch(later)).ready
            let fresh = try await store.outgoing(ready)
            #expect(fresh.contains { !($0.body.events.first?.changedFields.isEmpty ?? true) })
            let read = try await store.outgoing(ready)
            #expect(fresh == read)
        }
    }

    @Test func `what became of a delivery meanwhile is read`() async throws {
        try await run { fixture, store in
            let ways: [(String, (Int64) async throws -> Void)] = [
                ("a replay", { try await fixture.attempt($0, .queued, status: 500, isReplay: true) }),
                ("a retry", { try await fixture.attempt($0, .retrying, status: 500, next: 9000) }),
                ("its end", { try await fixture.attempt($0, .delivered) }),
                ("the instance's end", { _ in try await store.deleteInstance(fixture.instance.id) }),
            ]
            for (index, (name, way)) in ways.enumerated() {
                let id = try #require(try await fixture.append(.row(index + 1, at: 2000)).ready.first)
                #expect(kept(store) == 1, "\(name)")
                try await way(id)
                #expect(kept(store) == 0, "\(name)")
                let stored = try #require(try await store.outgoing([id]).first, "\(name)")
                let detail = try #require(try await store.event(sequence: id)?.delivery, "\(name)")
                #expect(stored.delivery == detail, "\(name)")
            }
        }
    }

    @Test func `a batch that fails leaves nothing behind`() async throws {
        try await run { fixture, store in
            var batch = fixture.batch([.row(1, at: 2000)])
            batch.instanceID = 99
            let refused = batch
            await #expect(throws: StoreError.self) { try await store.append(refused) }
            #expect(kept(store) == 0)
            // What waits behind another, or for no callback, is not about to be sent.
            try await fixture.append(.row(1, at: 2000), .row(1, at: 2001, name: "B"))
            #expect(kept(store) == 1)
            _ = try await store.append(fixture.batch([.row(2, at: 2000)], hasCallback: false))
            #expect(kept(store) == 1)
        }
    }

    @Test func `no more is kept than there is room for, and nothing keeps others out for good`() {
        var fresh = FreshNotifications()
        fresh.add((1...3000).map { Self.notification($0, bytes: 10) })
        #expect(fresh.count == FreshNotifications.most)
        // The oldest: they go first.
        #expect(fresh.take([1, 2, 2000]).keys.sorted() == [1, 2])
        #expect(fresh.take([1, 2]).isEmpty)
        fresh.remove([3, 4, 3000])
        #expect(fresh.count == FreshNotifications.most - 4)
        fresh.add([Self.notification(4000, bytes: FreshNotifications.mostBytes)])
        #expect(fresh.take([4000]).isEmpty)
        // Held, so that nobody comes for them.
        fresh.add((5000...12_000).map { Self.notification($0, bytes: 10) })
        #expect(!fresh.take([10_000]).isEmpty)
        fresh.removeAll(of: 2)
        #expect(fresh.count > 0)
        fresh.removeAll(of: 1)
        #expect(fresh.count == 0)
        fresh.add([Self.notification(1, bytes: FreshNotifications.mostBytes - 4096)])
        #expect(fresh.count == 1)
    }

    private static func notification(_ id: Int, bytes: Int) -> OutgoingNotification {
        let event = ChangeEvent(
            sequence: Int64(id),
            eventID: "event-\(id)",
            instanceID: 1,
            object: "Account",
            recordID: recordKey(id),
            change: .created,
            source: .polling,
            date: .distantPast,
            pollDate: nil,
            receivedAt: .distantPast,
            record: String(repeating: "x", count: bytes),
            recordName: nil,
            notificationID: Int64(id)
        )
        return OutgoingNotification(
            body: NotificationBody(
                notificationID: Int64(id),
                createdAt: .distantPast,
                instanceID: 1,
                instanceName: "one",
                instanceTags: [],
                events: [event]
            ),
            delivery: Delivery(
                notificationID: Int64(id),
                instanceID: 1,
                state: .queued,
                attempts: 0,
                nextAttempt: nil,
                createdAt: .distantPast
            )
        )
    }
}
