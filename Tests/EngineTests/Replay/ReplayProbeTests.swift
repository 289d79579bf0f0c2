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
    @Test func `the probe is the first event that was not delivered yet, and none goes out twice`() async throws {
        let clock = ManualClock()
        // Three deliveries, and of the replays the second one fails.
        try await CallbackServer.run({ _, count in count == 5 ? .status(503) : .ok }) { server in
            let options: (inout EngineOptions) -> Void = {
                $0.breakerThreshold = 1
                $0.breakerSchedule = [30_000]
            }
            try await run(server, clock: clock, options: options) { fixture, instance in
                let engine = fixture.engine
                // All of one record, so that a batch sends one after the other.
                for number in 1...3 {
                    let body = try webhook(number == 1 ? "insert" : "update", 1, name: "n\(number)", second: number)
                    _ = try await engine.accept(body, for: instance)
                    try await engine.waitForDeliveries(.delivered, count: Int64(number))
                }
                let known = server.received.map(\.eventID)
                let job = try await engine.createReplayJob(instance.id, filter: .init(), rate: 1000)
                try await engine.waitUntil { try await engine.replayJob(job.id).waitsForCallback }
                #expect(server.received.dropFirst(3).map(\.eventID) == Array(known.prefix(2)))
                clock.advance(seconds: 31)
                try await engine.waitUntil {
                    if try await engine.replayJob(job.id).state == .completed { return true }
                    clock.advance(seconds: 1)
                    return false
                }
                let ended = try await engine.replayJob(job.id)
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
            let options: (inout EngineOptions) -> Void = {
                $0.breakerThreshold = 1
                $0.breakerSchedule = [30_000]
            }
            try await run(server, clock: clock, options: options) { fixture, instance in
                let engine = fixture.engine
                for number in 1...4 {
                    let body = try webhook(number == 1 ? "insert" : "update", 1, name: "n\(number)", second: number)
                    _ = try await engine.accept(body, for: instance)
                    try await engine.waitForDeliveries(.delivered, count: Int64(number))
                }
                let known = server.received.map(\.eventID)
                var filter = EventFilter()
                filter.excludedReplays = [.failed]
                let job = try await engine.createReplayJob(instance.id, filter: filter, rate: 1000)
                try await engine.waitUntil {
                    if try await engine.replayJob(job.id).state == .completed { return true }
                    clock.advance(seconds: 1)
                    return false
                }
                let ended = try await engine.replayJob(job.id)
                #expect(ended.succeeded == 3 && ended.failed == 1 && ended.total == 4)
                let replayed = server.received.dropFirst(4).map(\.eventID)
                #expect(replayed == [known[0], known[1], known[1], known[1], known[2], known[3]])
            }
        }
    }
}
