import Domain
import Primitives
import Store
import TestSupport
import Testing

/// The rule that stores answer by an index of their own: a delivery is due where it heads its lanes and is queued, or
/// retrying with its moment come; its instance is not held, and no other owner has it.
@Suite(.databases)
struct DueContractTests {
    /// Of a record's first delivery: what an attempt leads to, when it goes out again, and whether it is due at 7000.
    private static let table: [(name: String, to: DeliveryState?, next: Int64?, isDue: Bool)] = [
        ("fresh", nil, nil, true), ("gone by its former address", .queued, nil, true),
        ("its moment is now", .retrying, 7000, true), ("its moment was", .retrying, 6500, true),
        ("its moment comes", .retrying, 7001, false), ("dead", .dead, nil, false),
        ("delivered", .delivered, nil, false), ("ended without a callback", DeliveryState.none, nil, false),
    ]

    @Test(arguments: StoreKind.allCases)
    func `what is due`(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let store = fixture.store
            for (index, row) in Self.table.enumerated() {
                // Each with another behind it in its lane.
                let number = index + 1
                try await fixture.append(.row(number, at: 2000), .row(number, at: 2001, name: "B"))
                let id = Int64(2 * index + 1)
                if let state = row.to { try await fixture.attempt(id, state, status: 500, next: row.next) }
                let due = try await fixture.due(at: 7000)
                #expect(due.contains(id) == row.isDue, "\(row.name)")
                // The one behind goes when the first has ended, and not before.
                #expect(due.contains(id + 1) == (row.to?.isOpen == false), "\(row.name)")
                #expect(due == due.sorted(), "\(row.name)")
            }
            let all = try await fixture.due(at: 7000)
            let id = fixture.instance.id
            func due(limit: Int, excluding: Set<Int64> = []) async throws -> [Int64] {
                try await store.dueDeliveries(
                    of: id,
                    for: fixture.owner,
                    now: Timestamp(seconds: 7000),
                    limit: limit,
                    excluding: excluding
                )
            }
            #expect(try await due(limit: 99) == all)
            #expect(try await due(limit: 2) == Array(all.prefix(2)))
            #expect(try await due(limit: 2, excluding: Set(all.prefix(1))) == Array(all.dropFirst().prefix(2)))
            #expect(try await store.nextDue(of: id, after: Timestamp(seconds: 7000)) == Timestamp(seconds: 7001))
            #expect(try await store.nextDue(of: id, after: Timestamp(seconds: 7001)) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `what is queued is found near its place, and elsewhere where that is left out`(kind: StoreKind) async throws {
        try await kind.run { fixture in
            func found(_ place: Double, without excluding: Set<Int64> = []) async throws -> Int64? {
                try await fixture.store.queuedDelivery(
                    of: fixture.instance.id,
                    for: fixture.owner,
                    place: place,
                    excluding: excluding
                )
            }
            let none = try await found(1)
            #expect(none == nil)
            _ = try await fixture.store.append(fixture.batch((1...9).map { .row($0, at: 2000) }))
            try await fixture.attempt(9, .retrying, status: 500, next: 6500)
            let places = [try await found(0), try await found(1), try await found(0.5)]
            #expect(places == [1, 8, 5])
            let others = [
                try await found(0.5, without: [5]), try await found(0, without: [1]),
                try await found(0.5, without: [1, 2, 3, 4, 5, 8]), try await found(1, without: Set(1...8)),
            ]
            #expect(others == [4, 8, 7, nil])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `every instance is among the first, however many wait of another`(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let store = fixture.store
            let second = try await store.createInstance { .sample($0) }
            _ = try await store.append(fixture.batch((1...6).map { .row($0, at: 2000) }))
            var batch = fixture.batch((1...2).map { .row($0, at: 2000) })
            batch.instanceID = second.id
            _ = try await store.append(batch)
            #expect(try await fixture.due(at: 1, limit: 3) == [1, 7, 2])
            #expect(try await fixture.due(at: 1, limit: 1) == [1, 7])
            #expect(try await fixture.due(at: 1, limit: 9) == [1, 7, 2, 8, 3, 4, 5, 6])
        }
    }
}
