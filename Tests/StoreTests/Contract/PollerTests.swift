import Domain
import Primitives
import Store
import TestSupport
import Testing

@Suite(.databases)
struct PollerTests {
    @Test("A cursor moves with its events or not at all", arguments: StoreKind.allCases)
    func cursors(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let poller = PollerRecord(
                instanceID: 1,
                object: "Account",
                cursor: Timestamp(seconds: 2000),
                baseline: Timestamp(seconds: 1),
                calls: [.rows: 2, .deletes: 1, .tokens: 1],
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

    @Test("Live records are counted by their stamps", arguments: StoreKind.allCases)
    func ledgerStamps(kind: StoreKind) async throws {
        try await kind.run { fixture in
            try await fixture.append(
                .row(1, at: 2000),
                .row(2, at: 2000),
                .row(3, at: 2001),
                .row(4, at: 2001, isDeleted: true),
                .row(5, at: 2005)
            )
            func stamps(_ object: String, _ from: Int64, _ to: Int64) async throws -> [StampCount] {
                let (from, to) = (Timestamp(seconds: from), Timestamp(seconds: to))
                return try await fixture.store.ledgerStamps(1, object: object, from: from, to: to)
            }
            func count(_ stamp: Int64, _ records: Int) -> StampCount {
                StampCount(stamp: Timestamp(seconds: stamp), records: records)
            }
            #expect(try await stamps("ACCOUNT", 2000, 2005) == [count(2000, 2), count(2001, 1)])
            #expect(try await stamps("Account", 2001, 9999) == [count(2001, 1), count(2005, 1)])
            #expect(try await stamps("Nothing", 0, 9999) == [])
            // What is written anew leaves its place for another, and what is deleted leaves it for good.
            try await fixture.append(.row(1, at: 2001, name: "B"), .row(2, at: 2006, isDeleted: true))
            #expect(try await stamps("Account", 0, 9999) == [count(2001, 2), count(2005, 1)])
            try await fixture.store.forgetLedgerStamps(1, before: Timestamp(seconds: 2001))
            #expect(try await stamps("Account", 2001, 9999) == [count(2001, 2), count(2005, 1)])
        }
    }

    @Test("The states of records are known by their ids", arguments: StoreKind.allCases)
    func ledgerStates(kind: StoreKind) async throws {
        try await kind.run { fixture in
            try await fixture.append(.row(1, at: 2000), .row(2, at: 2001, isDeleted: true))
            let ids = [1, 2, 3].map { recordKey($0) }
            let states = try await fixture.store.ledgerStates(1, object: "account", ids: ids)
            #expect(
                states == [
                    ids[0]: LedgerState(stamp: Timestamp(seconds: 2000), isDeleted: false),
                    ids[1]: LedgerState(stamp: Timestamp(seconds: 2001), isDeleted: true),
                ]
            )
            #expect(try await fixture.store.ledgerStates(1, object: "Nothing", ids: ids) == [:])
            #expect(try await fixture.store.ledgerStates(2, object: "Account", ids: ids) == [:])
        }
    }
}
