import Domain
import Engine
import EngineAPI
import EngineTestSupport
import Primitives
import Store
import TestSupport
import Testing

@Suite(.eachStore, .embeddedAndRemote)
struct ReplayJobTests {
    /// An engine with an instance whose first poll brought `count` records, all delivered.
    private func run(
        _ server: CallbackServer,
        clock: ManualClock,
        count: Int,
        directory: String? = nil,
        _ body: (EngineFixture, InstanceID) async throws -> Void
    ) async throws {
        var options = EngineOptions()
        options.retryPolicy = RetryPolicy(delays: [], jitter: 0)
        let org = ScriptedOrg(clock: clock)
        try await EngineFixture.run(org, clock: clock, options: options, directory: directory) { fixture in
            let made = try await fixture.client.createInstance(.sample(callback: server.url, key: "12345"))
            let rows = (1...count).map { Observation.row($0, name: "n\($0)", stamp: clock.now, created: clock.now) }
            org.script { $0.pages = [rows] }
            _ = try await fixture.client.poll(made.id)
            try await fixture.engine.waitForDeliveries(.delivered, count: Int64(count))
            try await body(fixture, made.id)
        }
    }

    private func wait(_ fixture: EngineFixture, _ id: Int64, _ condition: (ReplayJob) -> Bool) async throws {
        try await fixture.engine.waitUntil { condition(try await fixture.client.replayJob(id)) }
    }

    @Test func `every event goes out once more, oldest first, at the rate and not faster`() async throws {
        let clock = ManualClock()
        try await CallbackServer.run { server in
            try await run(server, clock: clock, count: 4) { fixture, instance in
                let known = server.received.map(\.eventID)
                let preview = try await fixture.client.previewReplays(instance, filter: .init())
                #expect(preview.count == 4 && Set(preview.eventIDs) == Set(known))
                #expect(server.received.count == 4)
                let job = try await fixture.client.createReplayJob(instance, filter: .init(), rate: 1)
                for step in 1...4 as ClosedRange<Int64> {
                    try await wait(fixture, job.id) { $0.done == step }
                    #expect(server.received.count == 4 + Int(step))
                    clock.advance(seconds: 1)
                }
                try await wait(fixture, job.id) { $0.state == .completed }
                let ended = try await fixture.store.replayJob(job.id)
                #expect(ended?.succeeded == 4 && ended?.failed == 0 && ended?.total == 4)
                let replays = server.received.dropFirst(4)
                #expect(replays.map(\.eventID) == preview.eventIDs)
                #expect(replays.allSatisfy { $0.headers["signalbox-replay"] == "true" })
                await #expect(throws: ClientError.self) { try await fixture.client.cancelReplayJob(job.id) }
            }
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func `without a callback it waits, and goes on by itself when one is set`() async throws {
        let clock = ManualClock()
        try await CallbackServer.run { server in
            try await run(server, clock: clock, count: 4) { fixture, instance in
                let client = fixture.client
                let job = try await client.createReplayJob(instance, filter: .init(), rate: 1)
                try await wait(fixture, job.id) { $0.done == 1 }
                _ = try await client.updateInstance(instance, .sample(callback: "", key: "12345"))
                try await fixture.engine.waitUntil {
                    if try await client.replayJob(job.id).waitsForCallback { return true }
                    clock.advance(seconds: 1)
                    return false
                }
                let waiting = try await client.replayJob(job.id)
                #expect(waiting.state == .paused && waiting.done == 1)
                #expect(waiting.lastError?.hasPrefix("There is no callback to replay to") == true)
                _ = try await client.updateInstance(instance, .sample(callback: server.url, key: "12345"))
                let ended = try await fixture.ended(job, clock)
                #expect(ended.succeeded == 4 && ended.failed == 0)
                #expect(!ended.waitsForCallback && ended.lastError == nil)
            }
        }
    }

    @Test func `failures are counted with the last reason and change no delivery`() async throws {
        let clock = ManualClock()
        try await CallbackServer.run { server in
            try await run(server, clock: clock, count: 3) { fixture, instance in
                server.answer { _, count in count % 2 == 0 ? .status(503) : .ok }
                let job = try await fixture.client.createReplayJob(instance, filter: .init(), rate: 1000)
                clock.advance(seconds: 10)
                try await wait(fixture, job.id) { $0.done == 3 }
                let ended = try await fixture.client.replayJob(job.id)
                #expect(ended.failed > 0 && ended.succeeded > 0 && ended.lastError == "answered 503")
                #expect(try await fixture.client.counts(.init()).byState[.delivered] == 3)
            }
        }
    }

    /// Another bulk replay of the four events, from its beginning to its end: what a job that rests did not send
    /// meanwhile, it does not send.
    private func runAnother(_ fixture: EngineFixture, _ instance: InstanceID, _ clock: ManualClock) async throws {
        let other = try await fixture.client.createReplayJob(instance, filter: .init(), rate: 1)
        for step in 1...4 as ClosedRange<Int64> {
            try await wait(fixture, other.id) { $0.done == step }
            clock.advance(seconds: 1)
        }
        try await wait(fixture, other.id) { $0.state == .completed }
    }

    @Test func `a paused job sends nothing until it is resumed, a cancelled one never again`() async throws {
        let clock = ManualClock()
        try await CallbackServer.run { server in
            try await run(server, clock: clock, count: 4) { fixture, instance in
                let client = fixture.client
                let job = try await client.createReplayJob(instance, filter: .init(), rate: 1)
                try await wait(fixture, job.id) { $0.done == 1 }
                #expect(try await client.changeReplayJob(job.id, isPaused: true, rate: nil).state == .paused)
                clock.advance(seconds: 60)
                #expect(try await fixture.store.replayJob(job.id)?.state == .paused)
                try await runAnother(fixture, instance, clock)
                #expect(server.received.count == 5 + 4)
                #expect(try await client.changeReplayJob(job.id, isPaused: false, rate: nil).state == .running)
                try await wait(fixture, job.id) { $0.done == 2 }
                #expect(try await client.cancelReplayJob(job.id).state == .cancelled)
                clock.advance(seconds: 60)
                #expect(try await client.cancelReplayJob(job.id).state == .cancelled)
                try await runAnother(fixture, instance, clock)
                #expect(try await fixture.store.replayJob(job.id)?.done == 2)
                #expect(server.received.count == 6 + 4 + 4)
                await #expect(throws: ClientError.self) {
                    try await client.changeReplayJob(job.id, isPaused: false, rate: nil)
                }
            }
        }
    }

    @Test func `a restart goes on where the job stopped`() async throws {
        let clock = ManualClock()
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let directory = scratch.path
        try await CallbackServer.run { server in
            try await run(server, clock: clock, count: 5, directory: directory) { fixture, instance in
                let job = try await fixture.client.createReplayJob(instance, filter: .init(), rate: 1)
                try await wait(fixture, job.id) {
                    if $0.done >= 2 { return true }
                    clock.advance(seconds: 1)
                    return false
                }
            }
            try await EngineFixture.run(ScriptedOrg(clock: clock), clock: clock, directory: directory) { fixture in
                let job = try #require(try await fixture.store.replayJobs(nil, onlyOpen: false, limit: 1).first)
                try await wait(fixture, job.id) {
                    if $0.state == .completed { return true }
                    clock.advance(seconds: 1)
                    return false
                }
            }
            let replays = server.received.filter { $0.headers["signalbox-replay"] == "true" }.map(\.eventID)
            #expect(replays.count == 5 && Set(replays).count == 5)
        }
    }

    @Test func `a start ends a bulk replay whose filter can't be read any more, and stores why`() async throws {
        let clock = ManualClock()
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        try await CallbackServer.run { server in
            try await run(server, clock: clock, count: 3, directory: scratch.path) { fixture, instance in
                let job = try await fixture.client.createReplayJob(instance, filter: .init(), rate: 1)
                try await wait(fixture, job.id) { $0.done == 1 }
            }
            let sent = server.received.count
            try await EngineFixture.run(
                ScriptedOrg(clock: clock),
                clock: clock,
                directory: scratch.path,
                store: { disk in
                    let store = DyingStore(disk)
                    store.loseFilters()
                    // It would write what was not read.
                    store.refuse { $0.hasPrefix("updateReplayJob") }
                    return store
                }
            ) { fixture in
                try await fixture.engine.waitUntil {
                    try await fixture.store.replayJobs(nil, onlyOpen: true, limit: 9).isEmpty
                }
                let ended = try await fixture.store.replayJobs(nil, onlyOpen: false, limit: 9)
                #expect(ended.map(\.state) == [.cancelled])
                #expect(ended.first?.lastError == "its filter can't be read any more")
                clock.advance(seconds: 60)
                try await fixture.waitForLaterSend()
                #expect(server.received.count == sent)
            }
        }
    }

    @Test func `a bulk replay ends with its instance`() async throws {
        let clock = ManualClock()
        try await CallbackServer.run { server in
            try await run(server, clock: clock, count: 4) { fixture, instance in
                let job = try await fixture.client.createReplayJob(instance, filter: .init(), rate: 1)
                try await wait(fixture, job.id) { $0.done == 1 }
                let paused = try await fixture.client.createReplayJob(instance, filter: .init(), rate: 1)
                try await wait(fixture, paused.id) { $0.done == 1 }
                _ = try await fixture.client.changeReplayJob(paused.id, isPaused: true, rate: nil)
                try await fixture.client.deleteInstance(instance)
                #expect(try await fixture.store.replayJobs(nil, onlyOpen: true, limit: 9).isEmpty)
                #expect(try await fixture.client.replayJob(job.id).state == .cancelled)
                #expect(try await fixture.client.replayJob(paused.id).lastError == "the instance was deleted")
                let sent = server.received.count
                clock.advance(seconds: 60)
                try await fixture.waitForLaterSend()
                #expect(server.received.count == sent)
                let stored = try await fixture.store.replayJobs(instance, onlyOpen: false, limit: 9)
                #expect(stored.map(\.state) == [.cancelled, .cancelled])
            }
        }
    }

    @Test func `without a callback or with a rate out of range there is no job`() async throws {
        let clock = ManualClock()
        try await EngineFixture.run(ScriptedOrg(clock: clock), clock: clock) { fixture in
            let made = try await fixture.client.createInstance(.sample())
            await #expect(throws: ClientError.self) {
                try await fixture.client.createReplayJob(made.id, filter: .init(), rate: 10)
            }
            await #expect(throws: ClientError.self) {
                try await fixture.client.createReplayJob(made.id, filter: .init(), rate: 0)
            }
            await #expect(throws: ClientError.self) { try await fixture.client.replayJob(1) }
        }
    }
}
