import AsyncHTTPClient
import Domain
import Engine
import EngineAPI
import Primitives
import Salesforce
import SimulatedOrg
import Store
import TestSupport

/// So many breaks, several at a time, with a healthy instance beside them.
final class BreakRun: Sendable {
    /// Milliseconds by which a limit may be passed on a machine that is busy.
    static let slack: Int64 = 30_000
    /// How long, in seconds, a change may take to be told after its break; only a failing run waits that long.
    static let patience: Int64 = 60
    private static let lanes = 12

    let seed: UInt64
    let count: Int
    let tally = BreakTally()
    let told = ToldRecords()
    let clock = FastClock(speed: 200)
    /// Changes that have to be told, each once.
    private let changes = Locked(0)
    private let next = Locked(0)

    /// The table's limits, for tests that have no minutes to wait.
    static let limits: Limits = {
        var limits = Limits()
        limits[.head] = 900
        limits[.queryHead] = 1100
        limits[.silence] = 600
        limits[.slowness] = 1000
        limits[.answer] = 2000
        limits[.callback] = 700
        limits[.listenerHead] = 800
        limits[.listenerBody] = 1100
        limits[.listenerIdle] = 1500
        return limits
    }()

    init(seed: UInt64, count: Int) {
        self.seed = seed
        self.count = count
    }

    var changeCount: Int { changes.withLock { $0 } }

    var options: EngineOptions {
        var options = EngineOptions()
        options.callbackTimeout = Self.limits[.callback]
        // What is there before the first poll is no change: it has to be over.
        options.firstPollPatience *= clock.speed
        options.retryPolicy = RetryPolicy(delays: Array(repeating: 5000, count: 30), jitter: 0)
        return options
    }

    func connector(_ client: HTTPClient) -> SalesforceConnector {
        SalesforceConnector(
            http: WatchedExecutor(
                http: HTTPClientExecutor(client, limits: Self.limits),
                limits: Self.limits,
                tally: tally
            ),
            now: { SystemClock().now },
            pause: { [clock] in try await clock.sleep(until: clock.due.advanced(byMilliseconds: $0.wholeMilliseconds)) }
        )
    }

    /// What the healthy instance needed for each round, before the breaks and beside them; milliseconds.
    struct Beside: Sendable {
        var before: [Int64] = []
        var during: [Int64] = []

        var median: (before: Int64, during: Int64) { (Self.median(before), Self.median(during)) }
        private static func median(_ values: [Int64]) -> Int64 {
            values.sorted().dropFirst(values.count / 2).first ?? 0
        }
    }

    func run(_ fixture: EngineFixture, callback: CallbackServer) async throws -> Beside {
        let engine = fixture.engine
        let healthy = try await BreakLane.start(0, engine, callback: callback, breaks: false)
        var beside = Beside()
        for round in 0..<8 { beside.before.append(try await self.round(healthy, engine, "before \(round)")) }
        var lanes: [BreakLane] = []
        for number in 1...Self.lanes {
            lanes.append(try await BreakLane.start(number, engine, callback: callback, breaks: true))
        }
        let breaking = lanes
        beside.during = try await ListenerBreaks.serve(self, engine, org: healthy, callback: callback) { listeners in
            let isOver = Locked(false)
            async let healthyRounds = rounds(healthy, engine) { isOver.withLock { $0 } }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lane in breaking { group.addTask { try await self.work(lane, engine, listeners) } }
                try await group.waitForAll()
            }
            isOver.withLock { $0 = true }
            return try await healthyRounds
        }
        // Nothing breaks any more: all polls succeed, and all that was found is told.
        for proxy in lanes.flatMap(\.proxies.values) { tally.struck(proxy.disarm()) }
        for lane in lanes { try await settle(lane, engine) }
        try await engine.waitUntil {
            let states = try await engine.counts(EventFilter()).byState
            return [.queued, .waiting, .retrying, .held].allSatisfy { states[$0] ?? 0 == 0 }
        }
        for lane in lanes + [healthy] { try await lane.stop() }
        return beside
    }

    /// On a machine that is busy a limit of moments may be over without anybody's fault.
    private func settle(_ lane: BreakLane, _ engine: Engine) async throws {
        for _ in 0..<10 {
            do { return _ = try await engine.poll(lane.id) } catch is ClientError {}
        }
        tally.wrong("lane \(lane.id) can't be polled though nothing breaks")
    }

    private func work(_ lane: BreakLane, _ engine: Engine, _ listeners: ListenerBreaks) async throws {
        var records: [String] = []
        while true {
            let number = next.withLock { next in
                next += 1
                return next - 1
            }
            guard number < count else { return }
            let example = BreakCase(number, seed: seed)
            tally.began(example)
            switch example.side {
            case .org, .token, .callback: try await breakOut(example, lane, engine, &records)
            case .management: try await listeners.manage(example)
            case .receiver: try await listeners.receive(example)
            }
        }
    }

    /// A change whose way to us, or on to the callback, breaks once. Nobody helps it along after its first poll.
    private func breakOut(
        _ example: BreakCase,
        _ lane: BreakLane,
        _ engine: Engine,
        _ records: inout [String]
    ) async throws {
        var dice = example.dice
        let what = "case \(example.number), \(example.side.rawValue) \(example.damage)"
        guard let proxy = lane.proxies[example.side] else { return tally.wrong("no proxy for \(what)") }
        let key = try await change(lane, &records, name: "c\(example.number)", &dice)
        if example.side == .token { await lane.org.expireSessions() }
        // What was to break before and did not may still do so up to here: the callback's answer may be on its way.
        tally.struck(proxy.disarm())
        proxy.arm(example.damage)
        let watch = ContinuousClock()
        let begin = watch.now
        // That it fails is no wonder here; that it ends, and what follows, is what counts.
        do { _ = try await engine.poll(lane.id) } catch is ClientError {}
        let most = 2 * (Self.limits[.queryHead] + Self.limits[.answer]) + 2 * Self.slack
        if watch.now - begin > .milliseconds(most) { tally.late("poll of \(what): \(watch.now - begin)") }
        if await !told.wait(for: key, seconds: Self.patience) { tally.lost("\(key) of \(what)") }
    }

    private func change(
        _ lane: BreakLane,
        _ records: inout [String],
        name: String,
        _ dice: inout SeededGenerator
    ) async throws -> String {
        changed()
        return try await lane.change(&records, name: name, &dice)
    }

    func changed() { changes.withLock { $0 += 1 } }

    // MARK: The healthy one

    private func rounds(
        _ lane: BreakLane,
        _ engine: Engine,
        until isOver: @Sendable () -> Bool
    ) async throws -> [Int64] {
        var rounds: [Int64] = []
        let system = SystemClock()
        while !isOver() {
            rounds.append(try await round(lane, engine, "during \(rounds.count)"))
            try await system.sleep(until: system.due.advanced(byMilliseconds: 100))
        }
        return rounds
    }

    /// From a change in the org to the callback; milliseconds.
    private func round(_ lane: BreakLane, _ engine: Engine, _ name: String) async throws -> Int64 {
        let system = SystemClock()
        let begin = system.due
        changed()
        let record = try await lane.org.create("Account", ["Name": .string(name)])
        // A machine that is busy may be too slow for a limit; then it comes by itself as well.
        do { _ = try await engine.poll(lane.id) } catch is ClientError {}
        let isTold = await told.wait(for: ToldRecords.key(record, name), seconds: Self.patience)
        if !isTold { tally.lost("healthy \(name)") }
        return system.due.since(begin)
    }

    // MARK: The end

    /// Looks through all that was stored: each change one event, each delivered by one success, each retry in time.
    func judge(_ fixture: EngineFixture) async throws -> Int {
        var twice = told.twice.count
        var before: Int64?
        while true {
            let page = try await fixture.store.deliveries(EventFilter(), before: before, limit: 500)
            guard let last = page.last else { break }
            before = last.notificationID
            for delivery in page {
                let attempts = try await fixture.store.attempts(notificationID: delivery.notificationID)
                if attempts.count(where: \.outcome.isSuccess) != 1 { twice += 1 }
                judge(attempts)
            }
        }
        return twice
    }

    private func judge(_ attempts: [Attempt]) {
        for attempt in attempts {
            if Int64(attempt.milliseconds) > Self.limits[.callback] + Self.slack {
                tally.late("attempt \(attempt.number) of \(attempt.notificationID): \(attempt.milliseconds) ms")
            }
            guard case .failure(let words) = attempt.outcome else { continue }
            tally.ended(words.hasPrefix("No answer within") ? Limit.callback.rawValue : "callback cut")
        }
        for (first, second) in zip(attempts, attempts.dropFirst()) {
            let ended = first.startedAt.advanced(byMilliseconds: Int64(first.milliseconds) * clock.speed)
            let wait = second.startedAt.since(ended)
            if wait > 5000 + Self.slack * clock.speed { tally.late("attempt \(second.number) came after \(wait) ms") }
        }
    }
}
