import Domain
import Primitives
import Store
import TestSupport
import Testing

/// What an instance that watches another org from now on forgets, and what it keeps.
@Suite(.databases)
struct BeginAnewTests {
    @Test(arguments: StoreKind.allCases)
    func `what is known of the former org is forgotten at once, and what was told of it stays`(
        kind: StoreKind
    ) async throws {
        try await kind.run { fixture in
            let store = fixture.store
            let second = try await store.createInstance { .sample($0) }
            for id in [fixture.instance.id, second.id] {
                var batch = fixture.batch(
                    [.row(1, at: 2000), .row(2, at: 2000)],
                    pollers: [PollerRecord(instanceID: id, object: "Account", cursor: Timestamp(seconds: 2000))]
                )
                batch.instanceID = id
                batch.messageID = "m1"
                _ = try await store.append(batch)
            }
            let hold = CallbackHold(url: "https://app.example", reason: "answered 410")
            try await store.saveCallbackHold(hold, of: 1)
            try await fixture.attempt(2, .delivered)
            let events = try await store.events(PageRequest())

            var changed = fixture.instance
            changed.name = "another org"
            changed.connection?.organizationID = "00D000000000002AAA"
            try await store.beginAnew(changed)
            #expect(try await store.instance(1) == changed)
            #expect(try await store.pollerRecords(1).isEmpty)
            #expect(try await store.ledgerEntry(1, object: "Account", recordID: recordKey(1)) == nil)
            #expect(try await store.ledgerIDs(1, object: "Account", after: nil, limit: 9).isEmpty)
            // Events and deliveries stay, open ones go out, and a hold is the callback's and no org's.
            #expect(try await store.events(PageRequest()) == events)
            #expect(try await fixture.due(at: 9000) == [1, 3, 4])
            #expect(try await store.callbackHold(1) == hold)
            // Another instance's are its own.
            #expect(try await store.pollerRecords(2).count == 1)
            #expect(try await store.ledgerIDs(2, object: "Account", after: nil, limit: 9).count == 2)

            // A message of the same id is the new org's, and its records are new.
            var batch = fixture.batch([.row(1, at: 2000), .row(2, at: 2000)])
            batch.messageID = "m1"
            #expect(try await store.append(batch).created == 2)
            batch.instanceID = 2
            #expect(try await store.append(batch).repeats == 2)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `an instance that is gone is not made again, and nothing is forgotten for it`(kind: StoreKind) async throws {
        try await kind.run { fixture in
            try await fixture.append(.row(1, at: 2000))
            await #expect(throws: StoreError.self) { try await fixture.store.beginAnew(.sample(9)) }
            #expect(try await fixture.store.instances().map(\.id) == [1])
            #expect(try await fixture.store.ledgerEntry(1, object: "Account", recordID: recordKey(1)) != nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `it is so after a restart, too`(kind: StoreKind) async throws {
        try await withScratchDirectory { directory in
            let store = try await kind.open(directory)
            var instance = try await store.createInstance { .sample($0) }
            let fixture = Fixture(store: store, instance: instance, directory: directory)
            try await fixture.append(.row(1, at: 2000))
            instance.name = "another org"
            try await store.beginAnew(instance)
            try await store.close()
            let next = try await kind.open(directory)
            #expect(try await next.instances() == [instance])
            #expect(try await next.append(fixture.batch([.row(1, at: 2000)])).created == 1)
            try await next.close()
        }
    }
}
