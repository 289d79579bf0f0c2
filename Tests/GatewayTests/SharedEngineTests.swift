import Domain
import Engine
import EngineAPI
import EngineTestSupport
import HTTPTypes
import Logging
import Primitives
import Store
import TestSupport
import Testing

@testable import Gateway

/// What a node does while another one, which it asks, hangs or is gone.
@Suite(.timeLimit(.minutes(5)))
struct SharedEngineTests {
    /// The side that nodes share: this node is the first one, and the second one holds what is not this one's.
    private final class Shared: SharedStore {
        private struct State {
            var nodes = [Shared.node(1), Shared.node(2)]
            var holders: [InstanceID: Int64] = [:]
            var silent: Set<Int64> = []
        }

        private let state = Locked(State())

        private static func node(_ number: Int64) -> StoreNode {
            StoreNode(
                number: number,
                name: "node-\(number)",
                version: "1",
                management: "http://127.0.0.1:\(number)",
                receiver: "",
                started: "2026-11-23T18:00:00Z",
                isOwn: number == 1,
                instances: 1
            )
        }

        func hold(_ id: InstanceID, by node: Int64?) { state.withLock { $0.holders[id] = node } }
        func silence(_ node: Int64) { state.withLock { _ = $0.silent.insert(node) } }
        func add(_ node: Int64) { state.withLock { $0.nodes.append(Shared.node(node)) } }
        func end(_ node: Int64) { state.withLock { $0.nodes.removeAll { $0.number == node } } }

        /// What nobody has a lease of is this node's, as with PostgreSQL.
        func isHeld(_ id: InstanceID) -> Bool { state.withLock { ($0.holders[id] ?? 1) == 1 } }
        func holder(of id: InstanceID) -> StoreNode? {
            state.withLock { state in state.nodes.first { $0.number == state.holders[id] } }
        }
        var nodes: [StoreNode] { state.withLock { $0.nodes } }
        func isSilent(_ node: Int64) -> Bool { state.withLock { $0.silent.contains(node) } }
        func instances(of node: Int64) -> [InstanceID] { [] }
        func signsOfLife() async throws -> [Int64: Int64] { [:] }
        var callbacksHeldElsewhere: Set<InstanceID> { [] }
        func next() async throws -> SharedNews { throw CancellationError() }
        func release(_ id: InstanceID) async throws {}
        func catchUp() async throws -> Bool { false }
        func announce(management: String, receiver: String) async throws {}
        func publish(isCallbackHeld: Bool, of id: InstanceID) async throws {}
        func publish(_ refusal: SharedRefusal, of id: InstanceID) async throws {}
    }

    /// A clock on which whoever waits for a moment makes it come.
    private final class HastyClock: EngineClock {
        private let state = Locked((due: Fixture.start, sleeps: 0))

        var now: Timestamp { Fixture.start }
        var due: Timestamp { state.withLock { $0.due } }
        var sleeps: Int { state.withLock { $0.sleeps } }

        func sleep(until moment: Timestamp) async throws {
            try await elapse(milliseconds: 1)
            state.withLock { state in
                state.due = max(state.due, moment)
                state.sleeps += 1
            }
        }
    }

    private struct Scene {
        let engine: SharedEngine
        let shared: Shared
        /// The other node.
        let peer: StubEngine
        let clock: HastyClock
        let instance: Instance

        /// What it has not answered.
        var unanswered: Int { peer.state.withLock { $0.unanswered } }
    }

    private func run(_ body: (Scene) async throws -> Void) async throws {
        let (shared, clock, peer) = (Shared(), HastyClock(), StubEngine())
        let store = MemoryStore(sharing: shared)
        let instance = try await store.createInstance { id in
            Instance(
                id: id,
                name: "acme",
                tags: [],
                token: "element-hush",
                configuration: InstanceConfiguration(),
                receiverToken: "receiver-hush",
                receiverSecret: "whsec_hush",
                createdDate: Fixture.start,
                updatedDate: Fixture.start
            )
        }
        shared.hold(instance.id, by: 2)
        peer.state.withLock { $0.isSilent = true }
        let engine = Engine(store: store, connector: SilentOrg(), clock: clock, logger: .quiet)
        let made = SharedEngine(engine) { _ in peer }
        let sharedEngine = try #require(made)
        try await body(Scene(engine: sharedEngine, shared: shared, peer: peer, clock: clock, instance: instance))
    }

    @Test func `while the holder hangs this node shows what it knows itself`() async throws {
        try await run { scene in
            let name = try await scene.engine.instance(scene.instance.id).name
            #expect(name == scene.instance.name)
            let names = try await scene.engine.instances().map(\.name)
            #expect(names == [scene.instance.name])
            #expect(scene.unanswered == 2)
            scene.shared.silence(2)
            _ = try await scene.engine.instance(scene.instance.id)
            _ = try await scene.engine.instances()
            #expect(scene.unanswered == 2, "one whose sign of life is overdue is not asked")
        }
    }

    @Test func `a call that another node was asked for ends with that node`() async throws {
        try await run { scene in
            let (engine, id) = (scene.engine, scene.instance.id)
            let enabling = Task { try await engine.setEnabled(id, false) }
            try await waitUntil("the holder is asked") { scene.unanswered == 1 }
            scene.shared.end(2)
            guard case .failure(let error) = await enabling.result else {
                Issue.record("it was done")
                return
            }
            let report = try #require(error as? any ReportedError).report
            #expect(report.kind == .unavailable && report.mayPass && report.message.contains("node-2"))
            #expect(APIError(report).headers[.retryAfter] == "5")
        }
    }

    @Test func `a poll goes on at whoever holds the instance next`() async throws {
        try await run { scene in
            let (engine, id) = (scene.engine, scene.instance.id)
            let polling = Task { try await engine.poll(id) }
            try await waitUntil("the holder is asked") { scene.unanswered == 1 }
            scene.peer.state.withLock { $0.isSilent = false }
            scene.shared.add(3)
            scene.shared.hold(id, by: 3)
            scene.shared.end(2)
            let summary = try await polling.value
            #expect(summary.rowsRead == 7, "the next one has answered")
        }
    }

    @Test func `an instance that nobody knows is waited for by nobody`() async throws {
        try await run { scene in
            let error = await #expect(throws: ClientError.self) { try await scene.engine.storedInstance(77) }
            #expect(error?.kind == .notFound)
            #expect(scene.clock.sleeps == 0)
        }
    }
}
