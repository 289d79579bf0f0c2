import Domain
import Engine
import EngineAPI
import Salesforce
import TestSupport
import Testing

/// A store that does not answer while deliveries are due.
@Suite(.timeLimit(.minutes(20)))
struct HungDeliveryTests {
    private static func body(_ number: Int) throws -> WebhookBody {
        try WebhookBody.parse(
            Array(
                #"{"operation":"insert","object":"Account","records":[{"Id":"00100000000000\#(number)AAA","Name":"A","SystemModstamp":"2026-11-23T18:00:00.000+0000"}]}"#
                    .utf8
            )
        )
    }

    private static func run(
        _ hanging: HangingCalls,
        _ clock: ManualClock,
        _ body: (Engine, CallbackServer, Instance) async throws -> Void
    ) async throws {
        try await CallbackServer.run({ _, _ in .ok }) { server in
            try await EngineFixture.run(
                ScriptedOrg(clock: clock),
                clock: clock,
                store: { DyingStore($0, hanging: hanging) }
            ) { fixture in
                let made = try await fixture.engine.createInstance(.sample(callback: server.url, type: .webhooks))
                try await body(fixture.engine, server, try await fixture.engine.storedInstance(made.id))
            }
        }
    }

    @Test func `a read that hangs is left behind, another one delivers, and nothing is sent twice`() async throws {
        let (clock, hanging, gate) = (ManualClock(), HangingCalls(), Gate())
        try await Self.run(hanging, clock) { engine, server, instance in
            hanging.hang(.outgoing, on: gate)
            _ = try await engine.accept(try Self.body(1), for: instance)
            try await waitUntil("the read hangs") { hanging.isHanging(.outgoing) }
            _ = try await engine.accept(try Self.body(2), for: instance)
            try await clock.passWatchdog(seconds: Limit.watchdog.milliseconds / 1000)
            // The first read is still out.
            try await server.wait(for: 2)
            try await waitUntil("it moves again") { engine.overdue.isEmpty }
            gate.open()
            try await waitUntil("the old read is back") { !hanging.isHanging(.outgoing) }
            try await engine.waitForDeliveries(.delivered, count: 2)
            _ = try await engine.accept(try Self.body(3), for: instance)
            try await engine.waitForDeliveries(.delivered, count: 3)
            #expect(server.received.count == 3)
            #expect(Set(server.received.map(\.eventID)).count == 3)
        }
    }

    @Test func `reads that go on hanging stay overdue, and the callback is not called well`() async throws {
        let (clock, hanging, gate) = (ManualClock(), HangingCalls(), Gate())
        try await Self.run(hanging, clock) { engine, server, instance in
            hanging.hang(.outgoing, on: gate, times: 2)
            _ = try await engine.accept(try Self.body(1), for: instance)
            try await waitUntil("the read hangs") { hanging.isHanging(.outgoing) }
            try await clock.passWatchdog(seconds: Limit.watchdog.milliseconds / 1000)
            try await waitUntil("it is seen, begun anew, and hangs") {
                !engine.overdue.isEmpty && hanging.hung(.outgoing) == 2
            }
            clock.advance(seconds: 1000)
            clock.advance(seconds: 1000)
            #expect(engine.overdue.map(\.kind) == [.dispatcher])
            #expect(engine.overdue.first?.overdueSeconds == 2065)
            let callback = try await engine.instance(instance.id).callback
            guard case .failing(let reason, _, _, _) = callback else {
                Issue.record("\(callback)")
                return
            }
            #expect(reason == "The dispatcher is overdue by 2065 s: reading what is due.")
            #expect(hanging.hung(.outgoing) == 2, "it begins anew once")
            gate.open()
            try await engine.waitForDeliveries(.delivered, count: 1)
            try await waitUntil("it moves again") { engine.overdue.isEmpty }
            #expect(server.received.count == 1)
        }
    }

    @Test func `a bulk replay that hangs is seen, and sends each event once when it goes on`() async throws {
        let (clock, hanging, gate) = (ManualClock(), HangingCalls(), Gate())
        try await Self.run(hanging, clock) { engine, server, instance in
            _ = try await engine.accept(try Self.body(1), for: instance)
            try await engine.waitForDeliveries(.delivered, count: 1)
            hanging.hang(.outgoing, on: gate)
            let job = try await engine.createReplayJob(instance.id, filter: .init(), rate: 10)
            try await waitUntil("the read hangs") { hanging.isHanging(.outgoing) }
            #expect(engine.overdue.isEmpty)
            try await clock.passWatchdog(seconds: Limit.watchdog.milliseconds / 1000)
            try await waitUntil("it is seen") { engine.overdue.map(\.kind) == [.bulkReplay] }
            #expect(engine.overdue.first?.instance == instance.id)
            #expect(engine.overdue.first?.sentence.contains("reading what comes next") == true)
            gate.open()
            try await waitUntil("it has ended") { try await engine.replayJob(job.id).state == .completed }
            try await waitUntil("nothing is overdue") { engine.overdue.isEmpty }
            #expect(server.received.count == 2 && Set(server.received.map(\.eventID)).count == 1)
        }
    }

    @Test func `outcomes and replays of which the store can't say whether it has them are not overdue`() async throws {
        let (clock, hanging, gate) = (ManualClock(), HangingCalls(), Gate())
        try await Self.run(hanging, clock) { engine, server, instance in
            _ = try await engine.accept(try Self.body(1), for: instance)
            try await engine.waitForDeliveries(.delivered, count: 1)
            hanging.hang(.record, on: gate, times: 2)
            let job = try await engine.createReplayJob(instance.id, filter: .init(), rate: 10)
            try await server.wait(for: 2)
            _ = try await engine.accept(try Self.body(2), for: instance)
            try await waitUntil("both writes hang") { hanging.hung(.record) == 2 }
            // The replay has the time of an attempt as well.
            try await clock.passWatchdog(seconds: Limit.watchdog.milliseconds / 1000 + 600)
            try await waitUntil("both are seen") { Set(engine.overdue.map(\.kind)) == [.recorder, .bulkReplay] }
            hanging.sayUnknown()
            #expect(engine.overdue.isEmpty)
            gate.open()
            try await engine.waitForDeliveries(.delivered, count: 2)
            try await waitUntil("it has ended") { try await engine.replayJob(job.id).state == .completed }
            #expect(server.received.count == 3 && hanging.hung(.record) == 2)
        }
    }

    @Test func `outcomes that can't be recorded are said, and never recorded twice`() async throws {
        let (clock, hanging, gate) = (ManualClock(), HangingCalls(), Gate())
        try await Self.run(hanging, clock) { engine, server, instance in
            hanging.hang(.record, on: gate)
            _ = try await engine.accept(try Self.body(1), for: instance)
            try await waitUntil("the write hangs") { hanging.isHanging(.record) }
            try await clock.passWatchdog(seconds: Limit.watchdog.milliseconds / 1000)
            try await waitUntil("it is seen") { engine.overdue.map(\.kind) == [.recorder] }
            gate.open()
            try await engine.waitForDeliveries(.delivered, count: 1)
            try await waitUntil("it moves again") { engine.overdue.isEmpty }
            #expect(server.received.count == 1 && hanging.hung(.record) == 1)
        }
    }
}
