import Domain
import Engine
import EngineAPI
import EngineTestSupport
import Salesforce
import Store
import TestSupport
import Testing

/// The probe of a held callback that an event of a bulk replay is.
@Suite(.eachStore, .timeLimit(.minutes(20)))
struct ReplayProbeTests: DeliveryScene {
    /// An engine that holds a callback at its first failure; `body` gets the ids of `count` events that it has delivered. All
    /// are of one record, so that a batch sends one after the other.
    private func run(
        _ server: CallbackServer,
        clock: ManualClock,
        count: Int,
        _ body: (EngineFixture, InstanceID, [String]) async throws -> Void
    ) async throws {
        try await run(server, clock: clock, options: { $0.hold(after: 1) }) { fixture, instance in
            for number in 1...count {
                let change = try webhook(number == 1 ? "insert" : "update", 1, name: "n\(number)", second: number)
                _ = try await fixture.engine.accept(change, for: instance)
                try await fixture.engine.waitForDeliveries(.delivered, count: Int64(number))
            }
            try await body(fixture, instance.id, server.received.map(\.eventID))
        }
    }

    @Test func `the probe is the first event that was not delivered yet, and none goes out twice`() async throws {
        let clock = ManualClock()
        // Three deliveries, and of the replays the second one fails.
        try await CallbackServer.run({ _, count in count == 5 ? .status(503) : .ok }) { server in
            try await run(server, clock: clock, count: 3) { fixture, instance, known in
                let engine = fixture.engine
                let job = try await engine.createReplayJob(instance, filter: .init(), rate: 1000)
                try await engine.waitUntil { try await engine.replayJob(job.id).waitsForCallback }
                #expect(server.received.dropFirst(3).map(\.eventID) == Array(known.prefix(2)))
                clock.advance(seconds: 31)
                let ended = try await fixture.ended(job, clock)
                #expect(ended.succeeded == 3 && ended.failed == 0)
                #expect(server.received.dropFirst(3).map(\.eventID) == [known[0], known[1], known[1], known[2]])
            }
        }
    }

    @Test func `a probe that fails leaves its event to the next one, though the filter finds it no more`() async throws
    {
        let clock = ManualClock()
        // Four deliveries, the first of the replays, and the first two probes.
        try await CallbackServer.run({ _, count in (5...7).contains(count) ? .status(503) : .ok }) { server in
            try await run(server, clock: clock, count: 4) { fixture, instance, known in
                let engine = fixture.engine
                var filter = EventFilter()
                filter.excludedReplays = [.failed]
                let job = try await engine.createReplayJob(instance, filter: filter, rate: 1000)
                let ended = try await fixture.ended(job, clock)
                #expect(ended.succeeded == 3 && ended.failed == 1 && ended.total == 4)
                let replayed = server.received.dropFirst(4).map(\.eventID)
                #expect(replayed == [known[0], known[1], known[1], known[1], known[2], known[3]])
            }
        }
    }
}
