import Domain
import GRDB
import Primitives
import TestSupport
import Testing

@testable import Store

/// The counts of live records by stamp are kept beside the ledger, and say what a count of its rows would.
struct LedgerStampTests {
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `After random batches the counts are those of the rows`(seed: UInt64) async throws {
        try await StoreKind.sqlite.run { fixture in
            let store = try #require(fixture.store as? SQLiteStore)
            var random = SeededGenerator(seed: seed)
            for _ in 0..<60 {
                let rows = (0..<Int.random(in: 1...6, using: &random)).map { _ in
                    Observation.row(
                        Int.random(in: 1...12, using: &random),
                        at: Int64.random(in: 2000...2020, using: &random),
                        name: "N\(Int.random(in: 0...9, using: &random))",
                        isDeleted: random.chance(25)
                    )
                }
                _ = try await store.append(fixture.batch(rows))
            }
            let counted = try await store.ledgerStamps(
                1,
                object: "Account",
                from: Timestamp(seconds: 0),
                to: Timestamp(seconds: 9999)
            )
            let rows = try await store.look { db in
                try Row.fetchAll(
                    db,
                    sql: "SELECT stamp, count(*) FROM ledger WHERE deleted = 0 GROUP BY stamp ORDER BY stamp"
                ).map { StampCount(stamp: Timestamp(milliseconds: $0[0]), records: $0[1]) }
            }
            #expect(counted == rows && !rows.isEmpty, "seed \(seed)")
        }
    }

    @Test func `What was never counted is not taken away`() async throws {
        try await StoreKind.sqlite.run { fixture in
            let store = try #require(fixture.store as? SQLiteStore)
            var webhook = fixture.batch([.row(1, at: 2000)])
            webhook.source = .webhook
            _ = try await store.append(webhook)
            try await fixture.append(.row(2, at: 2000), .row(1, at: 2001, name: "B"), .row(2, at: 2001, name: "B"))
            try await fixture.append(.row(3, at: 2000))
            let counted = try await store.ledgerStamps(
                1,
                object: "Account",
                from: Timestamp(seconds: 0),
                to: Timestamp(seconds: 9999)
            )
            #expect(counted.map(\.records) == [1, 2])
        }
    }

    @Test func `An instance leaves no counts behind`() async throws {
        try await StoreKind.sqlite.run { fixture in
            let store = try #require(fixture.store as? SQLiteStore)
            try await fixture.append(.row(1, at: 2000))
            try await store.deleteInstance(1)
            #expect(try await store.look { try Int.fetchOne($0, sql: "SELECT count(*) FROM ledger_stamp") } == 0)
        }
    }
}
