import Domain
import Primitives
import Store
import Testing

struct PollerTests {
    @Test("A cursor moves with its events or not at all", arguments: StoreKind.allCases)
    func cursors(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let poller = PollerRecord(
                instanceID: 1,
                object: "Account",
                cursor: Timestamp(seconds: 2000),
                baseline: Timestamp(seconds: 1),
                apiCalls: 3,
                rowsRead: 4,
                problem: "none",
                resume: "{}"
            )
            _ = try await fixture.store.append(fixture.batch([.row(1, at: 2000)], pollers: [poller]))
            #expect(try await fixture.store.pollerRecords(1) == [poller])
            var stranger = fixture.batch([.row(2, at: 2000)], pollers: [poller])
            stranger.instanceID = 99
            await #expect(throws: StoreError.self) { _ = try await fixture.store.append(stranger) }
            #expect(try await fixture.store.counts(.init()).total == 1)
            let lead = PollerRecord(instanceID: 1, object: "Lead")
            try await fixture.store.savePollerRecords([lead])
            try await fixture.store.removePollerRecords(1, keeping: ["LEAD"])
            #expect(try await fixture.store.pollerRecords(1) == [lead])
        }
    }

    @Test("The ids of live records come in order", arguments: StoreKind.allCases)
    func ledgerIDs(kind: StoreKind) async throws {
        try await kind.run { fixture in
            try await fixture.append(
                .row(3, at: 2000),
                .row(1, at: 2000),
                .row(2, at: 2000, isDeleted: true),
                .row(4, at: 2000)
            )
            let store = fixture.store
            #expect(
                try await store.ledgerIDs(1, object: "ACCOUNT", after: nil, limit: 2) == [1, 3].map { recordKey($0) }
            )
            #expect(try await store.ledgerIDs(1, object: "Account", after: recordKey(3), limit: 9) == [recordKey(4)])
            #expect(try await store.ledgerIDs(1, object: "Nothing", after: nil, limit: 9).isEmpty)
        }
    }
}
