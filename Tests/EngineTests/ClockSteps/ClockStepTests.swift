import Domain
import Engine
import EngineAPI
import Primitives
import Salesforce
import TestSupport
import Testing

/// The machine's clock is set while things are due. Nothing comes late or early for that.
struct ClockStepTests {
    static let steps: [Int64] = [-86_400, -7200, -1, 1, 3600, 86_400]

    @Test(arguments: steps)
    func `a poll comes within its interval, whatever the clock says meanwhile`(step: Int64) async throws {
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        try await EngineFixture.run(org, clock: clock) { fixture in
            let made = try await fixture.engine.createInstance(.sample())
            let before = org.snapshot.polls
            clock.advance(seconds: 100)
            clock.set(bySeconds: step)
            // Not early,
            let shown = try #require(try await fixture.engine.instance(made.id).nextPoll)
            #expect(abs(shown.since(clock.now) - 200_000) <= 1000)
            #expect(org.snapshot.polls == before)
            // and not late.
            clock.advance(seconds: 201)
            try await fixture.engine.waitUntil { org.snapshot.polls == before + 1 }
            clock.set(bySeconds: -step)
            clock.advance(seconds: 301)
            try await fixture.engine.waitUntil { org.snapshot.polls == before + 2 }
        }
    }

    @Test(arguments: steps)
    func `a retry comes within its rung, is shown by the new time, and carries it in its signature`(
        step: Int64
    ) async throws {
        let clock = ManualClock()
        var options = EngineOptions()
        options.retryPolicy = RetryPolicy(delays: [60_000, 60_000], jitter: 0)
        try await CallbackServer.run({ _, count in count < 3 ? .status(500) : .ok }) { server in
            try await EngineFixture.run(ScriptedOrg(clock: clock), clock: clock, options: options) { fixture in
                let made = try await fixture.engine.createInstance(
                    .sample(callback: server.url, key: StandardWebhooksTests.secret, type: .webhooks)
                )
                let instance = try await fixture.engine.storedInstance(made.id)
                let body = try WebhookBody.parse(
                    Array(
                        #"{"operation":"insert","object":"Account","records":[{"Id":"001000000000001AAA","Name":"A","SystemModstamp":"2026-11-23T18:00:00.000+0000"}]}"#
                            .utf8
                    )
                )
                _ = try await fixture.engine.accept(body, for: instance)
                try await fixture.engine.waitForDeliveries(.retrying, count: 1)
                clock.set(bySeconds: step)
                let shown = try #require(
                    try await fixture.engine.events(PageRequest()).first?.delivery?.nextAttempt
                )
                #expect(abs(shown.since(clock.now) - 60_000) <= 1000)
                clock.advance(seconds: 59)
                #expect(server.received.count == 1)
                clock.advance(seconds: 2)
                try await server.wait(for: 2)
                let stamp = try #require(server.received.last?.headers["webhook-timestamp"].flatMap { Int64($0) })
                #expect(abs(stamp - clock.now.seconds) <= 1)
                try await fixture.engine.waitUntil {
                    try await fixture.engine.events(PageRequest()).first?.delivery?.attempts == 2
                }
                clock.set(bySeconds: -2 * step)
                clock.advance(seconds: 61)
                try await server.wait(for: 3)
                try await fixture.engine.waitForDeliveries(.delivered, count: 1)
            }
        }
    }
}
