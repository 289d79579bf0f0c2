import Domain
import EngineAPI
import Primitives
import Store
import TestSupport
import Testing

@testable import Engine

/// Bulk replays of an instance that another node goes on with, and how many there may be.
@Suite(.timeLimit(.minutes(20)))
struct ReplayHandoverTests {
    /// An engine with four delivered events.
    private func run(_ body: (EngineFixture, InstanceID, CallbackServer, ManualClock) async throws -> Void) async throws
    {
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        try await CallbackServer.run { server in
            try await EngineFixture.run(org, clock: clock) { fixture in
                let made = try await fixture.engine.createInstance(.sample(callback: server.url, key: "12345"))
                let rows = (1...4).map { Observation.row($0, name: "n\($0)", stamp: clock.now, created: clock.now) }
                org.script { $0.pages = [rows] }
                _ = try await fixture.engine.poll(made.id)
                try await fixture.engine.waitForDeliveries(.delivered, count: 4)
                org.script { $0.pages = [] }
                try await body(fixture, made.id, server, clock)
            }
        }
    }

    private func isRefused(_ engine: Engine, _ job: ReplayJob) async throws -> Bool {
        do { _ = try await engine.changeReplayJob(job.id, isPaused: false, rate: 1) } catch let error as ClientError {
            return error.kind == .unavailable && error.mayPass
        }
        return false
    }

    @Test func `what is changed while the instance leaves sends nothing twice`() async throws {
        try await run { fixture, instance, server, clock in
            let engine = fixture.engine
            let job = try await engine.createReplayJob(instance, filter: .init(), rate: 1)
            try await engine.waitUntil { try await fixture.store.replayJob(job.id)?.done == 1 }
            server.answer { _, _ in CallbackServer.Answer(status: 200, hangs: true) }
            clock.advance(seconds: 1)
            try await server.wait(for: 6)
            let stop = Task { await engine.replayJobs.stop(of: instance) }
            try await engine.waitUntil { try await isRefused(engine, job) }
            #expect(server.received.count == 6)
            server.answer { _, _ in .ok }
            server.letGo()
            await stop.value
            // It is another node's now.
            let isStillRefused = try await isRefused(engine, job)
            #expect(isStillRefused)
            await #expect(throws: ClientError.self) {
                try await engine.createReplayJob(instance, filter: .init(), rate: 1)
            }
            let stored = try await fixture.store.replayJob(job.id)
            #expect(stored?.done == 2 && stored?.state == .running)
            await engine.replayJobs.start(of: instance)
            let ended = try await fixture.ended(job, clock)
            #expect(ended.done == 4 && ended.succeeded == 4)
            let replays = server.received.dropFirst(4).map(\.eventID)
            #expect(replays.count == 4 && Set(replays).count == 4)
        }
    }

    @Test func `there are never more open ones than may be, however many are asked for at once`() async throws {
        try await run { fixture, instance, _, _ in
            let engine = fixture.engine
            let made = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<ReplayJobs.maximumOpen + 8 {
                    group.addTask {
                        (try? await engine.createReplayJob(instance, filter: .init(), rate: 1)) != nil
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            let open = try await fixture.store.replayJobs(nil, onlyOpen: true, limit: 99)
            #expect(made == ReplayJobs.maximumOpen && open.count == ReplayJobs.maximumOpen)
        }
    }
}
