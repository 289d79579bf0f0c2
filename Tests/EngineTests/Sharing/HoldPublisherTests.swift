import Domain
import EngineTestSupport
import Primitives
import Store
import TestSupport
import Testing

@testable import Engine

/// What other nodes hear of the holds of callbacks.
@Suite(.timeLimit(.minutes(20)))
struct HoldPublisherTests {
    /// The side that nodes share, of which only the word about holds is asked; it refuses so many of the first instance's.
    private final class Shared: SharedStore {
        private struct State {
            var refusals: [InstanceID: Int]
            var left: Set<InstanceID> = []
            var tries = 0
            var published: [String] = []
        }

        private let state: Locked<State>

        init(refusals: Int) { state = Locked(State(refusals: [1: refusals])) }

        var tries: Int { state.withLock { $0.tries } }
        /// The instances, with whether their callbacks are held.
        var published: [String] { state.withLock { $0.published } }
        func leave(_ id: InstanceID) { state.withLock { _ = $0.left.insert(id) } }

        func publish(isCallbackHeld: Bool, of id: InstanceID) async throws {
            try state.withLock { state in
                state.tries += 1
                let left = state.refusals[id] ?? 0
                if left > 0 {
                    state.refusals[id] = left - 1
                    throw DyingStore.Refused()
                }
                state.published.append("\(id) \(isCallbackHeld)")
            }
        }

        func isHeld(_ id: InstanceID) -> Bool { state.withLock { !$0.left.contains(id) } }
        func holder(of id: InstanceID) -> StoreNode? { nil }
        var nodes: [StoreNode] { [] }
        func instances(of node: Int64) -> [InstanceID] { [] }
        func isSilent(_ node: Int64) -> Bool { false }
        func signsOfLife() async throws -> [Int64: Int64] { [:] }
        var callbacksHeldElsewhere: Set<InstanceID> { [] }
        func next() async throws -> SharedNews { throw CancellationError() }
        func release(_ id: InstanceID) async throws {}
        func catchUp() async throws -> Bool { false }
        func announce(management: String, receiver: String) async throws {}
        func publish(_ refusal: SharedRefusal, of id: InstanceID) async throws {}
    }

    private func run(
        _ shared: Shared,
        _ body: (CallbackHolds, AsyncStream<InstanceID>.Continuation, ManualClock) async throws -> Void
    ) async throws {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let store = try await TestStore.open(scratch.path)
        let (clock, holds) = (ManualClock(), CallbackHolds(store: store, logger: quiet))
        let (turned, bell) = AsyncStream.makeStream(of: InstanceID.self)
        let publisher = HoldPublisher(sharing: shared, holds: holds, clock: clock, logger: quiet)
        let running = Task { await publisher.run(turned) }
        try await body(holds, bell, clock)
        bell.finish()
        running.cancel()
        await running.value
        try await store.close()
    }

    @Test func `a hold that can't be published is tried again, and what holds by then is said`() async throws {
        let shared = Shared(refusals: 2)
        try await run(shared) { holds, bell, clock in
            _ = holds.update(CallbackHolds.Held(reason: "down", until: nil), of: 1)
            bell.yield(1)
            try await waitUntil("it was refused") { shared.tries > 0 }
            #expect(shared.published.isEmpty)
            try await waitUntil("it is published") {
                clock.advance(seconds: 1)
                return !shared.published.isEmpty
            }
            #expect(shared.published == ["1 true"] && shared.tries == 3)
            _ = holds.update(nil, of: 1)
            bell.yield(1)
            try await waitUntil("its end is published") { shared.published == ["1 true", "1 false"] }
        }
    }

    @Test func `an instance that has left keeps none behind it waiting`() async throws {
        let shared = Shared(refusals: .max)
        try await run(shared) { _, bell, clock in
            bell.yield(1)
            try await waitUntil("it was refused") { shared.tries > 0 }
            shared.leave(1)
            bell.yield(2)
            try await waitUntil("the next one is published") {
                clock.advance(seconds: 1)
                return shared.published == ["2 false"]
            }
        }
    }
}
