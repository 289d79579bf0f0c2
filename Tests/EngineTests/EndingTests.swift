import Domain
import EngineAPI
import EngineTestSupport
import Logging
import Primitives
import Salesforce
import Store
import TestSupport
import Testing

@testable import Engine

/// The engine's end, and its beginning: nothing is waited for without a limit, nothing is lost, nothing begins twice.
@Suite(.eachStore, .timeLimit(.minutes(20)))
struct EndingTests {
    private static let event =
        #"{"operation":"insert","object":"Account","records":[{"Id":"001000000000001AAA","#
        + #""Name":"A","SystemModstamp":"2026-11-23T18:00:00.000+0000"}]}"#

    /// An engine over a store that refuses what a test says.
    private struct Running {
        let engine: Engine
        let store: DyingStore
        let task: Task<Void, any Error>

        static func start(_ org: ScriptedOrg, clock: any EngineClock, directory: String) async throws -> Running {
            let store = DyingStore(try await TestStore.open(directory))
            let engine = Engine(
                store: store,
                connector: org,
                options: EngineOptions().patient,
                clock: clock,
                logger: quiet
            )
            let task = Task { try await engine.run() }
            try await engine.waitUntil { engine.isReady }
            return Running(engine: engine, store: store, task: task)
        }

        /// Ends the engine, and lets the time go by that attempts under way have. None goes by after that: what came of
        /// them is stored however slow this machine is, where a true clock would leave it to the next start.
        func tear(_ clock: ManualClock) async throws {
            let tear = clock.due.advanced(byMilliseconds: Limit.attemptsAtEnd.milliseconds)
            task.cancel()
            try await waitUntil("the end waits for the attempts") { clock.isAwaited(tear) }
            clock.advance(milliseconds: Limit.attemptsAtEnd.milliseconds)
            try await task.value
        }

        func end() async throws {
            task.cancel()
            try await task.value
            try await store.close()
        }
    }

    @Test func `an attempt that the end tore is on record, uses up no rung and is sent again`() async throws {
        try await withScratchDirectory { directory in
            try await CallbackServer.run({ _, count in count == 1 ? .silence : .ok }) { server in
                let clock = ManualClock()
                let org = ScriptedOrg(clock: clock)
                var running = try await Running.start(org, clock: clock, directory: directory)
                let made = try await running.engine.createInstance(.sample(callback: server.url, type: .webhooks))
                let instance = try await running.engine.storedInstance(made.id)
                _ = try await running.engine.accept(try WebhookBody.parse(Array(Self.event.utf8)), for: instance)
                try await server.wait(for: 1)
                try await running.tear(clock)
                let delivery = try #require(
                    try await running.store.deliveries(.init(), before: nil, limit: 9).first
                )
                #expect(delivery.state == .queued && delivery.attempts == 0)
                let torn = try await running.store.attempts(notificationID: delivery.notificationID)
                #expect(torn.map(\.outcome) == [.unknown])
                try await running.end()

                running = try await Running.start(org, clock: clock, directory: directory)
                try await running.engine.waitForDeliveries(.delivered, count: 1)
                #expect(server.received.map { $0.headers["signalbox-attempt"] } == ["1", "2"])
                #expect(Set(server.received.map(\.eventID)).count == 1)
                let ended = try #require(try await running.store.deliveries(.init(), before: nil, limit: 9).first)
                #expect(ended.attempts == 1)
                try await running.end()
            }
        }
    }

    @Test func `a bulk replay that the end tore goes on with the next start, and none of it failed`() async throws {
        try await withScratchDirectory { directory in
            let isSilent = Locked(true)
            try await CallbackServer.run({ got, _ in
                got.headers["signalbox-replay"] == nil || !isSilent.withLock { $0 } ? .ok : .silence
            }) { server in
                let clock = ManualClock()
                let org = ScriptedOrg(clock: clock)
                var running = try await Running.start(org, clock: clock, directory: directory)
                let made = try await running.engine.createInstance(.sample(callback: server.url))
                let rows = (1...5).map { Observation.row($0, name: "n\($0)", stamp: clock.now, created: clock.now) }
                org.script { $0.pages = [rows] }
                _ = try await running.engine.poll(made.id)
                try await running.engine.waitForDeliveries(.delivered, count: 5)
                let job = try await running.engine.createReplayJob(made.id, filter: .init(), rate: 1000)
                try await server.wait(for: 10)
                try await running.tear(clock)
                let left = try #require(try await running.store.replayJob(job.id))
                #expect(left.state == .running && left.failed == 0 && left.done == 0 && left.lastError == nil)
                try await running.end()

                isSilent.withLock { $0 = false }
                running = try await Running.start(org, clock: SystemClock(), directory: directory)
                let engine = running.engine
                try await engine.waitUntil { try await engine.replayJob(job.id).state == .completed }
                let ended = try await engine.replayJob(job.id)
                #expect(ended.succeeded == 5 && ended.failed == 0)
                try await running.end()
            }
        }
    }

    @Test func `a poll that does not even hear that it shall end is left alone`() async throws {
        try await withScratchDirectory { directory in
            let clock = SystemClock()
            let org = ScriptedOrg(clock: clock)
            let running = try await Running.start(org, clock: clock, directory: directory)
            let made = try await running.engine.createInstance(.sample())
            let gate = Gate()
            org.script { $0.gate = gate }
            let before = org.snapshot.polls
            async let poll = running.engine.poll(made.id)
            try await waitUntil("the poll asks the org") { org.snapshot.polls > before }
            let begin = ContinuousClock.now
            running.task.cancel()
            try await running.task.value
            #expect(ContinuousClock.now - begin < .seconds(60))
            gate.open()
            _ = try? await poll
            try await running.end()
        }
    }

    @Test func `whoever waits for an outcome goes on when the disk refuses it at the end`() async throws {
        try await withScratchDirectory { directory in
            try await CallbackServer.run({ _, _ in .silence }) { server in
                let clock = ManualClock()
                let running = try await Running.start(ScriptedOrg(clock: clock), clock: clock, directory: directory)
                let engine = running.engine
                let made = try await engine.createInstance(.sample(callback: server.url, type: .webhooks))
                let instance = try await engine.storedInstance(made.id)
                _ = try await engine.accept(try WebhookBody.parse(Array(Self.event.utf8)), for: instance)
                try await server.wait(for: 1)
                let id = try #require(server.received.first?.eventID)
                let replay = Task { try await engine.replay(eventID: id, options: ReplayOptions()) }
                let dispatcher = engine.dispatcher
                try await waitUntil("the replay waits for its outcome") { await dispatcher.waiting == 1 }
                running.store.refuse { $0 == "record(_:by:)" }
                running.task.cancel()
                server.letGo()
                // No clock moves: neither the disk's next try nor anybody's patience is waited for.
                try await running.task.value
                await #expect(throws: ClientError.self) { try await replay.value }
                try await running.end()
            }
        }
    }

    @Test func `the wait for the disk's next try is cut short by the end`() async throws {
        try await withScratchDirectory { directory in
            let clock = ManualClock()
            let store = DyingStore(try await TestStore.open(directory))
            let tries = Locked(0)
            store.refuse { name in
                tries.withLock { $0 += 1 }
                return name == "record(_:by:)"
            }
            let recorder = OutcomeRecorder(store: store, owner: ClaimOwner(node: "test"), clock: clock, logger: quiet)
            #expect(recorder.add(Self.outcome(at: clock.now)))
            let lost = Locked<[Int64]>([])
            let flush = Task {
                await recorder.flush { news in
                    if case .discarded(let results) = news {
                        lost.withLock { $0 = results.map(\.attempt.notificationID) }
                    }
                }
            }
            try await waitUntil("the disk refuses") { tries.withLock { $0 } > 0 }
            recorder.stop()
            await flush.value
            #expect(lost.withLock { $0 } == [7])
            #expect(recorder.count == 0 && !recorder.isFlushing)
            try await store.close()
        }
    }

    private static func outcome(at moment: Timestamp) -> DeliveryResult {
        let attempt = Attempt(
            notificationID: 7,
            number: 1,
            isReplay: false,
            startedAt: moment,
            milliseconds: 1,
            url: "http://127.0.0.1",
            outcome: .response(status: 200),
            responseHeaders: [],
            responseBody: []
        )
        return DeliveryResult(attempt: attempt, state: .delivered, nextAttempt: nil)
    }

    @Test func `an outcome of which nobody knows whether it is stored is not stored once more`() async throws {
        try await withScratchDirectory { directory in
            let clock = ManualClock()
            let store = DyingStore(try await TestStore.open(directory))
            let tries = Locked(0)
            store.refuse(with: StoreError(.unknown, "Look whether it is done.")) { name in
                guard name == "record(_:by:)" else { return false }
                return tries.withLock { tries in
                    tries += 1
                    return tries == 1
                }
            }
            let recorder = OutcomeRecorder(store: store, owner: ClaimOwner(node: "test"), clock: clock, logger: quiet)
            #expect(recorder.add(Self.outcome(at: clock.now)))
            recorder.stop()
            let lost = Locked<[Int64]>([])
            await recorder.flush { news in
                if case .discarded(let results) = news {
                    lost.withLock { $0 += results.map(\.attempt.notificationID) }
                }
            }
            #expect(lost.withLock { $0 } == [7])
            #expect(tries.withLock { $0 } == 1)
            #expect(recorder.count == 0 && !recorder.isFlushing)
            try await store.close()
        }
    }

    @Test func `what is recorded is settled though the clock's step can't be stored`() async throws {
        try await withScratchDirectory { directory in
            try await CallbackServer.run { server in
                let clock = ManualClock()
                let running = try await Running.start(ScriptedOrg(clock: clock), clock: clock, directory: directory)
                running.store.refuse { $0 == "saveClockStep(_:)" }
                let made = try await running.engine.createInstance(.sample(callback: server.url, type: .webhooks))
                let instance = try await running.engine.storedInstance(made.id)
                clock.set(bySeconds: 3600)
                for (operation, second) in [("insert", 0), ("update", 1), ("update", 2)] {
                    let text = Self.event.replacing("insert", with: operation)
                        .replacing(":00.000+", with: ":0\(second).000+")
                        .replacing(#""Name":"A""#, with: #""Name":"A\#(second)""#)
                    _ = try await running.engine.accept(try WebhookBody.parse(Array(text.utf8)), for: instance)
                }
                // Each goes out only when the one before it is settled.
                try await running.engine.waitForDeliveries(.delivered, count: 3)
                #expect(server.received.map(\.eventType) == ["CREATED", "UPDATED", "UPDATED"])
                try await running.end()
            }
        }
    }

    @Test func `instances that are read twice are there once, and polled once`() async throws {
        try await withScratchDirectory { directory in
            let clock = ManualClock()
            let org = ScriptedOrg(clock: clock)
            let first = try await Running.start(org, clock: clock, directory: directory)
            for _ in 1...3 { _ = try await first.engine.createInstance(.sample()) }
            try await first.end()

            let store = DyingStore(try await TestStore.open(directory))
            let engine = Engine(store: store, connector: org, clock: clock, logger: quiet)
            // The disk fails in the middle of the first reading.
            let reads = Locked(0)
            store.refuse { name in
                guard name == "callbackHold(_:)" else { return false }
                return reads.withLock { reads in
                    reads += 1
                    return reads == 2
                }
            }
            await #expect(throws: DyingStore.Refused.self) { try await engine.directory.load() }
            let before = org.snapshot.polls
            let task = Task { try await engine.run() }
            await withTaskGroup(of: Void.self) { group in
                for _ in 1...8 { group.addTask { _ = try? await engine.directory.load() } }
            }
            try await engine.waitUntil { org.snapshot.polls >= before + 3 }
            #expect(engine.directory.registry.all.count == 3)
            for entry in engine.directory.registry.all { await entry.sources.poller.settle(patience: 1_000_000) }
            #expect(org.snapshot.polls == before + 3)
            task.cancel()
            try await task.value
            try await store.close()
        }
    }

    @Test func `the last wait ends by itself, or names what hangs, and is deaf to cancellation`() async {
        let (gate, patience) = (Gate(), Gate())
        let task = Task {
            await LastWait.untilEnd(of: [.init("quick") {}, .init("slow") { await gate.wait() }]) {
                await patience.wait()
            }
        }
        task.cancel()
        gate.open()
        #expect(await task.value == [])
        patience.open()
        let stuck = Gate()
        let quick = Gate()
        let works = [LastWait.Work("quick") { quick.open() }, LastWait.Work("stuck") { await stuck.wait() }]
        let left = await LastWait.untilEnd(of: works) { await quick.wait() }
        #expect(left.contains("stuck"))
        stuck.open()
    }
}
