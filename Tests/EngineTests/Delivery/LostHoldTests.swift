import Domain
import EngineAPI
import Primitives
import Store
import TestSupport
import Testing

@testable import Engine

/// What a person who holds a callback is told of its way to the disk.
@Suite(.timeLimit(.minutes(20)))
struct LostHoldTests {
    private func run(
        store wrap: (any EventStore) -> any EventStore,
        _ body: (EngineFixture, InstanceID) async throws -> Void
    ) async throws {
        let clock = ManualClock()
        try await CallbackServer.run { server in
            try await EngineFixture.run(ScriptedOrg(clock: clock), clock: clock, store: wrap) { fixture in
                let made = try await fixture.engine.createInstance(.sample(callback: server.url, type: .webhooks))
                try await body(fixture, made.id)
            }
        }
    }

    @Test func `a hold that a release beside it ends was no hold that could not be stored`() async throws {
        let (hanging, gate) = (HangingCalls(), Gate())
        try await run(store: { DyingStore($0, hanging: hanging) }) { fixture, id in
            let engine = fixture.engine
            hanging.hang(.saveCallbackHold, on: gate)
            let hold = Task { try await engine.holdCallback(id, reason: "not now") }
            try await waitUntil("it is being stored") {
                hanging.isHanging(.saveCallbackHold) && engine.dispatcher.holds.held(id) != nil
            }
            let release = Task { try await engine.resumeCallback(id) }
            try await waitUntil("it is released") { engine.dispatcher.holds.held(id) == nil }
            gate.open()
            try await hold.value
            try await release.value
            let stored = try await fixture.store.callbackHold(id)
            #expect(stored == nil)
        }
    }

    @Test func `a hold that the disk refuses is said to be lost, and the same again is stored`() async throws {
        let kept = Locked<DyingStore?>(nil)
        try await run(store: { disk in
            let store = DyingStore(disk)
            kept.withLock { $0 = store }
            return store
        }) { fixture, id in
            let made = kept.withLock { $0 }
            let store = try #require(made)
            store.refuse { $0.hasPrefix("saveCallbackHold") }
            let lost = await #expect(throws: ClientError.self) {
                try await fixture.engine.holdCallback(id, reason: "not now")
            }
            #expect(lost?.kind == .unavailable)
            store.refuse { _ in false }
            try await fixture.engine.holdCallback(id, reason: "not now")
            let stored = try await fixture.store.callbackHold(id)
            #expect(stored?.reason == "not now")
        }
    }
}
