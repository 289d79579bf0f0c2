import Domain
import Engine
import EngineAPI
import Primitives
import Salesforce
import Store
import TestSupport
import Testing

/// Callbacks that are held and released by a person.
@Suite(.embeddedAndRemote, .timeLimit(.minutes(20)))
struct HoldTests {
    private func run(
        _ server: CallbackServer,
        clock: ManualClock,
        directory: String? = nil,
        options change: (inout EngineOptions) -> Void = { _ in },
        _ body: (EngineFixture, Instance) async throws -> Void
    ) async throws {
        var options = EngineOptions()
        options.retryPolicy = RetryPolicy(delays: [5000, 60_000, 600_000], jitter: 0)
        change(&options)
        try await EngineFixture.run(
            ScriptedOrg(clock: clock),
            clock: clock,
            options: options,
            directory: directory
        ) { fixture in
            let made = try await fixture.client.createInstance(.sample(callback: server.url, type: .webhooks))
            try await body(fixture, try await fixture.engine.storedInstance(made.id))
        }
    }

    private func accept(_ fixture: EngineFixture, _ instance: Instance, _ numbers: ClosedRange<Int>) async throws {
        for number in numbers {
            let id = Observation.row(number, name: "", stamp: .distantPast).recordID
            let body =
                #"{"operation":"insert","object":"Account","records":[{"Id":"\#(id)","SystemModstamp":"2026-11-23T18:00:00.000+0000"}]}"#
            _ = try await fixture.engine.accept(try WebhookBody.parse(Array(body.utf8)), for: instance)
        }
    }

    @Test func `a person's hold lets nothing out, says why, outlives a restart and ends with all that waits`()
        async throws
    {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let directory = scratch.path
        let clock = ManualClock()
        try await CallbackServer.run { server in
            try await run(server, clock: clock, directory: directory) { fixture, instance in
                let (engine, client) = (fixture.engine, fixture.client)
                try await client.holdCallback(instance.id, reason: "  they migrate ")
                #expect(try await client.instance(instance.id).callback == .held(reason: "they migrate", until: nil))
                try await accept(fixture, instance, 1...3)
                try await engine.waitForDeliveries(.held, count: 3)
                var filter = EventFilter()
                filter.states = [.held]
                #expect(try await client.events(PageRequest(filter: filter)).count == 3)
                filter.states = [.queued]
                #expect(try await client.events(PageRequest(filter: filter)).isEmpty)
                try await fixture.waitForLaterSend()
                #expect(server.received.isEmpty)
                await #expect(throws: ClientError.self) {
                    try await client.holdCallback(instance.id, reason: String(repeating: "x", count: 501))
                }
            }
            try await EngineFixture.run(ScriptedOrg(clock: clock), clock: clock, directory: directory) { fixture in
                let id = try #require(try await fixture.client.instances().first).id
                #expect(try await fixture.client.instance(id).callback == .held(reason: "they migrate", until: nil))
                clock.advance(seconds: 1_000_000)
                try await fixture.waitForLaterSend()
                #expect(server.received.isEmpty)
                try await fixture.client.resumeCallback(id)
                try await fixture.engine.waitForDeliveries(.delivered, count: 3, of: id)
                // What was never held is released without a fault.
                try await fixture.client.resumeCallback(id)
            }
        }
    }

    @Test func `a release sends at once what waits for a later rung`() async throws {
        let clock = ManualClock()
        try await CallbackServer.run({ _, _ in .status(500) }) { server in
            try await run(server, clock: clock, options: { $0.breakerThreshold = 3 }) { fixture, instance in
                try await accept(fixture, instance, 1...3)
                try await fixture.engine.waitForDeliveries(.held, count: 3)
                try await fixture.engine.waitUntil { try await fixture.store.counts(.init()).byState[.retrying] == 3 }
                server.answer { _, _ in .ok }
                try await fixture.client.resumeCallback(instance.id)
                // The clock stands still: no rung has come.
                try await fixture.engine.waitForDeliveries(.delivered, count: 3)
            }
        }
    }

    @Test(arguments: [500, 410])
    func `a release of what is still down costs no rung, and the state says so`(status: Int) async throws {
        let clock = ManualClock()
        try await CallbackServer.run({ _, _ in .status(500) }) { server in
            try await run(server, clock: clock, options: { $0.breakerThreshold = 3 }) { fixture, instance in
                try await accept(fixture, instance, 1...3)
                try await fixture.engine.waitUntil { try await fixture.store.counts(.init()).byState[.retrying] == 3 }
                func standing() async throws -> [[Int64]] {
                    try await fixture.store.deliveries(EventFilter(), before: nil, limit: 9)
                        .map { [Int64($0.attempts), $0.nextAttempt?.milliseconds ?? -1] }
                }
                let before = try await standing()
                server.answer { _, _ in .status(status) }
                for round in 1...3 {
                    try await fixture.client.resumeCallback(instance.id)
                    guard case .held(let reason, _) = try await fixture.client.instance(instance.id).callback else {
                        Issue.record("the callback is not held")
                        return
                    }
                    #expect(reason.contains(String(status)), "\(reason)")
                    // Each of them is tried once, as long as it may be about the record alone.
                    #expect(server.received.count == 3 + round * (status == 410 ? 1 : 3))
                    try await fixture.engine.waitUntil { try await standing() == before }
                }
            }
        }
    }

    @Test func `a release is decided though the attempt fails that was under way when it was asked for`() async throws {
        let clock = ManualClock()
        try await CallbackServer.run({ _, _ in CallbackServer.Answer(status: 500, hangs: true) }) { server in
            try await run(server, clock: clock) { fixture, instance in
                let (client, id) = (fixture.client, instance.id)
                try await accept(fixture, instance, 1...1)
                try await server.wait(for: 1)
                try await client.holdCallback(id, reason: "not now")
                let release = Task { try await client.resumeCallback(id) }
                try await waitUntil("it is asked for") { try await fixture.store.callbackHold(id) == nil }
                // The dispatcher finds the only delivery in hand before the next but one goes out.
                try await fixture.waitForLaterSend()
                try await fixture.waitForLaterSend()
                server.answer { _, _ in .ok }
                server.letGo()
                // The clock stands still: no rung comes.
                try await server.wait(for: 2)
                try await release.value
                try await fixture.engine.waitForDeliveries(.delivered, count: 1, of: id)
            }
        }
    }

    @Test func `a hanging callback delays none of another instance at the same host`() async throws {
        let clock = ManualClock()
        try await CallbackServer.run({ got, _ in got.json["message"]?["instanceId"]?.integer == 1 ? .silence : .ok }) {
            server in
            try await run(server, clock: clock, options: { $0.callbackTimeout = 600_000 }) { fixture, first in
                try await accept(fixture, first, 1...200)
                try await server.wait(for: 64)
                let made = try await fixture.client.createInstance(.sample(callback: server.url, type: .webhooks))
                let second = try await fixture.engine.storedInstance(made.id)
                for number in 301...340 {
                    try await accept(fixture, second, number...number)
                    try await fixture.engine.waitForDeliveries(.delivered, count: Int64(number - 300))
                }
                #expect(server.received.filter { $0.json["message"]?["instanceId"]?.integer == first.id }.count == 64)
                server.answer { _, _ in .ok }
                server.letGo()
            }
        }
    }
}
