import Domain
import EngineAPI
import Salesforce
import TestSupport
import Testing

@testable import Engine

/// Replays behind an attempt whose outcome the disk does not take.
@Suite(.timeLimit(.minutes(20)))
struct ReplayPatienceTests: DeliveryScene {
    @Test func `a replay waits for an outcome that can't be stored until its time is up or nobody asks any more`()
        async throws
    {
        let (clock, hanging, gate) = (ManualClock(), HangingCalls(), Gate())
        try await CallbackServer.run { server in
            try await EngineFixture.run(
                ScriptedOrg(clock: clock),
                clock: clock,
                store: { DyingStore($0, hanging: hanging) }
            ) { fixture in
                let engine = fixture.engine
                let made = try await engine.createInstance(.sample(callback: server.url, type: .webhooks))
                let instance = try await engine.storedInstance(made.id)
                hanging.hang(.record, on: gate)
                _ = try await engine.accept(try webhook("insert", 1, name: "A"), for: instance)
                try await waitUntil("the write hangs") { hanging.isHanging(.record) }
                let id = try #require(server.received.first?.eventID)
                let dispatcher = engine.dispatcher
                let left = Task { try await engine.replay(eventID: id, options: ReplayOptions()) }
                try await waitUntil("it waits") { await dispatcher.waiting == 1 }
                left.cancel()
                await #expect(throws: (any Error).self) { try await left.value }
                #expect(await dispatcher.waiting == 0)
                let late = Task { try await engine.replay(eventID: id, options: ReplayOptions()) }
                try await waitUntil("the other waits") { await dispatcher.waiting == 1 }
                clock.advance(milliseconds: await dispatcher.claimTime + Dispatcher.storingTime)
                do {
                    _ = try await late.value
                    Issue.record("it was sent")
                } catch let error as ClientError {
                    #expect(error.kind == .unavailable)
                    #expect(error.message.contains("can't be stored yet"))
                }
                #expect(server.received.count == 1)
                gate.open()
                try await engine.waitForDeliveries(.delivered, count: 1)
                let attempt = try await engine.replay(eventID: id, options: ReplayOptions())
                #expect(attempt.outcome.isSuccess && server.received.count == 2)
            }
        }
    }

    @Test func `behind an attempt under way a replay says so, though another's outcome can't be stored`() async throws {
        let (clock, hanging, gate) = (ManualClock(), HangingCalls(), Gate())
        try await CallbackServer.run({ _, count in count == 2 ? .silence : .ok }) { server in
            try await EngineFixture.run(
                ScriptedOrg(clock: clock),
                clock: clock,
                store: { DyingStore($0, hanging: hanging) }
            ) { fixture in
                let engine = fixture.engine
                let made = try await engine.createInstance(.sample(callback: server.url, type: .webhooks))
                let instance = try await engine.storedInstance(made.id)
                hanging.hang(.record, on: gate)
                _ = try await engine.accept(try webhook("insert", 1, name: "A"), for: instance)
                try await waitUntil("the write hangs") { hanging.isHanging(.record) }
                // Another record's, so that it goes out beside the first one.
                _ = try await engine.accept(try webhook("insert", 2, name: "B"), for: instance)
                try await server.wait(for: 2)
                let id = try #require(server.received.last?.eventID)
                let dispatcher = engine.dispatcher
                let late = Task { try await engine.replay(eventID: id, options: ReplayOptions()) }
                try await waitUntil("it waits") { await dispatcher.waiting == 1 }
                clock.advance(milliseconds: await dispatcher.claimTime + Dispatcher.storingTime)
                do {
                    _ = try await late.value
                    Issue.record("it was sent")
                } catch let error as ClientError {
                    #expect(error.kind == .unavailable)
                    #expect(error.message.contains("is under way"), "\(error.message)")
                }
                #expect(server.received.count == 2)
                gate.open()
                server.letGo()
                try await engine.waitForDeliveries(.delivered, count: 2)
            }
        }
    }
}
