import Domain
import Engine
import EngineAPI
import Store
import TestSupport
import Testing

/// Bulk replays at a callback that is held.
@Suite(.embeddedAndRemote, .timeLimit(.minutes(20)))
struct HeldReplayTests {
    private func run(
        _ server: CallbackServer,
        clock: ManualClock,
        _ body: (EngineFixture, InstanceID) async throws -> Void
    ) async throws {
        var options = EngineOptions()
        options.retryPolicy = RetryPolicy(delays: [], jitter: 0)
        options.hold(after: 3)
        let org = ScriptedOrg(clock: clock)
        try await EngineFixture.run(org, clock: clock, options: options) { fixture in
            let made = try await fixture.client.createInstance(.sample(callback: server.url, key: "12345"))
            let rows = (1...30).map { Observation.row($0, name: "n\($0)", stamp: clock.now, created: clock.now) }
            org.script { $0.pages = [rows] }
            _ = try await fixture.client.poll(made.id)
            try await fixture.engine.waitForDeliveries(.delivered, count: 30)
            try await body(fixture, made.id)
        }
    }

    @Test func `a bulk replay stops with the breaker and goes on by itself`() async throws {
        let clock = ManualClock()
        try await CallbackServer.run { server in
            try await run(server, clock: clock) { fixture, instance in
                let (engine, client) = (fixture.engine, fixture.client)
                server.answer { _, _ in .status(503) }
                let job = try await client.createReplayJob(instance, filter: .init(), rate: 10)
                try await engine.waitUntil {
                    if try await client.replayJob(job.id).waitsForCallback { return true }
                    clock.advance(seconds: 1)
                    return false
                }
                let held = try await client.replayJob(job.id)
                #expect(held.state == .paused && held.lastError == "answered 503")
                #expect(held.failed == 3 && server.received.count == 33)
                var failed = EventFilter()
                failed.replays = [.failed]
                #expect(try await client.counts(failed).total == 3)
                #expect(try await client.events(PageRequest(filter: failed)).count == 3)
                // No delivery waits that could be the probe: an event of the job is, and counts by success alone.
                clock.advance(seconds: 31)
                try await server.wait(for: 34)
                try await engine.waitUntil {
                    guard case .held(_, let until?) = try await client.instance(instance).callback else { return false }
                    return until > clock.now
                }
                #expect(try await client.replayJob(job.id).failed == 3)
                server.answer { _, _ in .ok }
                clock.advance(seconds: 31)
                let ended = try await fixture.ended(job, clock)
                #expect(ended.failed == 3 && ended.succeeded == 27 && !ended.waitsForCallback)
                // What failed is found by that, and run again.
                let again = try await client.createReplayJob(instance, filter: failed, rate: 1000)
                _ = try await fixture.ended(again, clock)
                #expect(try await client.counts(.init()).byReplay.filter { $0.value > 0 } == [.succeeded: 30])
            }
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func `a person's hold pauses a bulk replay, a person's pause outlives the hold`() async throws {
        let clock = ManualClock()
        try await CallbackServer.run { server in
            try await run(server, clock: clock) { fixture, instance in
                let (engine, client) = (fixture.engine, fixture.client)
                try await client.holdCallback(instance, reason: "not now")
                let job = try await client.createReplayJob(instance, filter: .init(), rate: 10)
                try await engine.waitUntil { try await client.replayJob(job.id).waitsForCallback }
                #expect(try await client.replayJob(job.id).lastError == "not now")
                // What is said of it may be ahead of the disk.
                try await waitUntil("it is on disk") {
                    try await fixture.store.replayJob(job.id)?.waitsForCallback == true
                }
                let paused = try await client.changeReplayJob(job.id, isPaused: true, rate: nil)
                #expect(paused.state == .paused && !paused.waitsForCallback)
                #expect(paused.lastError == nil, "the hold is not why it rests")
                try await client.resumeCallback(instance)
                #expect(try await client.replayJob(job.id).state == .paused)
                // Another goes from its beginning to its end; the paused one sends nothing meanwhile.
                let other = try await client.createReplayJob(instance, filter: .init(), rate: 1000)
                _ = try await fixture.ended(other, clock)
                #expect(server.received.count == 60)
                #expect(try await client.replayJob(job.id).done == 0)
                _ = try await client.changeReplayJob(job.id, isPaused: false, rate: 1000)
                _ = try await fixture.ended(job, clock)
                #expect(server.received.count == 90)
            }
        }
    }

    @Test func `one that is cancelled while it waits for the callback has no failure to its name`() async throws {
        let clock = ManualClock()
        try await CallbackServer.run { server in
            try await run(server, clock: clock) { fixture, instance in
                let (engine, client) = (fixture.engine, fixture.client)
                try await client.holdCallback(instance, reason: "not now")
                let job = try await client.createReplayJob(instance, filter: .init(), rate: 10)
                try await engine.waitUntil { try await client.replayJob(job.id).waitsForCallback }
                let cancelled = try await client.cancelReplayJob(job.id)
                #expect(cancelled.state == .cancelled && !cancelled.waitsForCallback)
                #expect(cancelled.failed == 0 && cancelled.lastError == nil)
                let stored = try await fixture.store.replayJob(job.id)
                #expect(stored?.state == .cancelled && stored?.lastError == nil)
            }
        }
    }
}
