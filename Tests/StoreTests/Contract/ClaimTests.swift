import Domain
import Primitives
import Store
import TestSupport
import Testing

/// Who has a delivery in hand, as `DeliveryStore` promises it to several processes.
@Suite(.databases)
struct ClaimTests {
    private let other = ClaimOwner(node: "other")
    /// Longer than any test.
    private let long: Int64 = 600_000

    private func due(_ store: any EventStore, _ owner: ClaimOwner) async throws -> [Int64] {
        try await store.dueDeliveries(
            for: owner,
            now: Timestamp(seconds: 9000),
            limit: 9,
            excluding: [],
            heldInstances: []
        )
    }

    private func answer(_ id: Int64, _ state: DeliveryState) -> DeliveryResult {
        DeliveryResult(
            attempt: Attempt(
                notificationID: id,
                number: 1,
                isReplay: false,
                startedAt: Timestamp(seconds: 6000),
                milliseconds: 14,
                url: "http://callback.example",
                outcome: .response(status: state == .delivered ? 200 : 500)
            ),
            state: state,
            nextAttempt: state == .retrying ? Timestamp(seconds: 8000) : nil
        )
    }

    @Test(arguments: StoreKind.allCases)
    func `what one has in hand no other is given`(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let (store, owner) = (fixture.store, fixture.owner)
            try await fixture.append(.row(1, at: 2000), .row(2, at: 2000), .row(3, at: 2000))
            #expect(try await store.claim([2, 1], for: owner, lasting: long) == [2, 1])
            #expect(try await due(store, other) == [3])
            #expect(try await due(store, owner) == [1, 2, 3])
            let ofInstance = try await store.dueDeliveries(
                of: fixture.instance.id,
                for: other,
                now: Timestamp(seconds: 9000),
                limit: 9,
                excluding: []
            )
            #expect(ofInstance == [3])
            #expect(try await store.claim([1, 2, 3], for: other, lasting: long) == [3])
            // The same owner keeps what it has.
            #expect(try await store.claim([1, 3], for: owner, lasting: long) == [1])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `what is given back or recorded anybody may have`(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let (store, owner) = (fixture.store, fixture.owner)
            try await fixture.append(.row(1, at: 2000), .row(2, at: 2000), .row(3, at: 2000), .row(4, at: 2000))
            _ = try await store.claim([1, 2, 3, 4], for: owner, lasting: long)
            try await store.release([1], of: owner)
            // Nobody gives back what is another's.
            try await store.release([2], of: other)
            #expect(try await due(store, other) == [1])
            _ = try await store.record([answer(2, .retrying), answer(3, .delivered)], by: owner)
            #expect(try await store.claim([2, 4], for: other, lasting: long) == [2])
            try await store.releaseAll(of: owner)
            #expect(try await store.claim([4], for: other, lasting: long) == [4])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `after its owner's time another may take a delivery over, and then a late answer counts if it says delivered`(
        kind: StoreKind
    ) async throws {
        try await kind.run { fixture in
            let (store, owner) = (fixture.store, fixture.owner)
            try await fixture.append(.row(1, at: 2000), .row(2, at: 2000), .row(3, at: 2000))
            #expect(try await store.claim([1, 2, 3], for: owner, lasting: 0) == [1, 2, 3])
            #expect(try await store.claim([1, 2], for: other, lasting: long) == [1, 2])
            for state in [DeliveryState.retrying, .dead] {
                #expect(try await store.record([answer(1, state)], by: owner).isEmpty)
                #expect(try await fixture.state(1) == .queued)
            }
            #expect(try await store.attempts(notificationID: 1).count == 2)
            // It is still the other's.
            #expect(try await store.claim([1], for: owner, lasting: long).isEmpty)
            _ = try await store.record([answer(2, .delivered)], by: owner)
            #expect(try await fixture.state(2) == .delivered)
            // Late and robbed of nothing is not late.
            _ = try await store.record([answer(3, .retrying)], by: owner)
            #expect(try await fixture.state(3) == .retrying)
            _ = try await store.record([answer(1, .dead)], by: other)
            #expect(try await fixture.state(1) == .dead)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `the claims of an owner that is gone end when the store is opened again`(kind: StoreKind) async throws {
        try await withScratchDirectory { directory in
            let store = try await kind.open(directory)
            let instance = try await store.createInstance { .sample($0) }
            let fixture = Fixture(store: store, instance: instance, directory: directory)
            try await fixture.append(.row(1, at: 2000))
            _ = try await store.claim([1], for: fixture.owner, lasting: long)
            #expect(try await due(store, other).isEmpty)
            try await store.close()
            let next = try await kind.open(directory)
            #expect(try await due(next, other) == [1])
            #expect(try await next.claim([1], for: other, lasting: long) == [1])
            try await next.close()
        }
    }
}
