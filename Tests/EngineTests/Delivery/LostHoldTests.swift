import Domain
import EngineAPI
import Primitives
import Store
import TestSupport
import Testing

@testable import Engine

/// What a person who holds a callback is told of its way to the disk.
@Suite(.timeLimit(.minutes(20)))
struct LostHoldTests: DeliveryScene {
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

    /// The same, with the store that can be made to refuse.
    private func run(
        refusing body: (EngineFixture, InstanceID, DyingStore) async throws -> Void
    ) async throws {
        let kept = Locked<DyingStore?>(nil)
        try await run(store: { disk in
            let store = DyingStore(disk)
            kept.withLock { $0 = store }
            return store
        }) { fixture, id in
            let made = kept.withLock { $0 }
            try await body(fixture, id, try #require(made))
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
        try await run(refusing: { fixture, id, store in
            store.refuse { $0.hasPrefix("saveCallbackHold") }
            let lost = await #expect(throws: ClientError.self) {
                try await fixture.engine.holdCallback(id, reason: "not now")
            }
            #expect(lost?.kind == .unavailable)
            store.refuse { _ in false }
            try await fixture.engine.holdCallback(id, reason: "not now")
            let stored = try await fixture.store.callbackHold(id)
            #expect(stored?.reason == "not now")
        })
    }

    @Test func `a release that the disk refuses is said to be lost, and the same again is stored`() async throws {
        try await run(refusing: { fixture, id, store in
            try await fixture.engine.holdCallback(id, reason: "not now")
            store.refuse { $0.hasPrefix("saveCallbackHold") }
            for _ in 1...2 {
                let lost = await #expect(throws: ClientError.self) { try await fixture.engine.resumeCallback(id) }
                #expect(lost?.kind == .unavailable)
            }
            let kept = try await fixture.store.callbackHold(id)
            #expect(kept?.reason == "not now")
            store.refuse { _ in false }
            try await fixture.engine.resumeCallback(id)
            let stored = try await fixture.store.callbackHold(id)
            #expect(stored == nil)
        })
    }

    @Test func `an end that the disk refused is stored with the callback's next answer`() async throws {
        try await run(refusing: { fixture, id, store in
            try await fixture.engine.holdCallback(id, reason: "not now")
            store.refuse { $0.hasPrefix("saveCallbackHold") }
            await #expect(throws: ClientError.self) { try await fixture.engine.resumeCallback(id) }
            store.refuse { _ in false }
            let instance = try await fixture.engine.storedInstance(id)
            _ = try await fixture.engine.accept(try webhook("insert", 1, name: "A"), for: instance)
            try await fixture.engine.waitForDeliveries(.delivered, count: 1, of: id)
            try await fixture.engine.waitUntil { try await fixture.store.callbackHold(id) == nil }
        })
    }
}
