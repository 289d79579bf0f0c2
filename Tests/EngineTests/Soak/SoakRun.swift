import Domain
import Engine
import EngineAPI
import EngineTestSupport
import Foundation
import Primitives
import Salesforce
import SimulatedOrg
import Store
import TestSupport

/// So many virtual minutes of business, polled every minute through the real engine and its store, with faults and kills.
struct SoakRun {
    struct Numbers {
        var changes = 0
        var polls = 0
        var failedPolls = 0
        /// Of the org.
        var faults = 0
        /// Writes that the disk refuses for a minute.
        var diskFaults = 0
        /// Somebody sets the machine's clock.
        var clockFaults = 0
        var kills = 0
        var apiCalls = 0
    }

    private struct Running {
        let engine: Engine
        let store: DyingStore
        let task: Task<Void, any Error>
    }

    private let receiver: SoakReceiver
    private let callback: CallbackServer
    private let directory: String
    private let org: Org
    private let clock = ManualClock()
    private var business: Business
    private var dice: SeededGenerator
    private(set) var oracle = SoakOracle()
    private(set) var numbers = Numbers()

    init(seed: UInt64, callback: CallbackServer, receiver: SoakReceiver, directory: String) {
        var configuration = SimulatedOrgConfiguration()
        configuration.recordsPerObject = 0
        configuration.instanceURL = "http://org.example"
        configuration.hasShortPages = true
        configuration.dailyCalls = 1_000_000
        configuration.seed = seed
        org = Org(configuration: configuration, clock: .virtual)
        business = Business(org, seed: seed)
        dice = SeededGenerator(seed: seed &+ 1)
        (self.callback, self.receiver, self.directory) = (callback, receiver, directory)
    }

    mutating func run(minutes: Int, changesPerSecond: Int) async throws {
        var running = try await start()
        let made = try await running.engine.createInstance(draft)
        for minute in 0..<minutes {
            for _ in 0..<60 { try await business.second(changes: changesPerSecond) }
            clock.advance(seconds: 60)
            if minute == 0 || dice.chance(30) { await addFaults() }
            if dice.chance(8) || minute == 1 {
                running.store.die(after: Int.random(in: 0...4, using: &dice), keepingLast: dice.chance(50))
            }
            try await poll(running, made.id)
            if running.store.isDead {
                numbers.kills += 1
                try await bury(running)
                running = try await start()
                try await poll(running, made.id)
            }
            await org.removeFaults()
            if !oracle.faults.isEmpty { break }
        }
        numbers.changes = business.changes
        try await settle(running, made.id)
    }

    private mutating func poll(_ running: Running, _ id: InstanceID, isCalm: Bool = false) async throws {
        numbers.polls += 1
        try await oracle.look(org)
        var summary: PollSummary?
        do { summary = try await running.engine.poll(id) } catch {
            numbers.failedPolls += 1
            if isCalm { throw error }
        }
        numbers.apiCalls += summary?.apiCalls ?? 0
        try await oracle.judge(running.store.disk)
        guard let summary else { return }
        for object in Business.objects where summary.problems[object] == nil { oracle.demand(object) }
    }

    /// Returns when nothing waits any more; what is to be retried is so by the clock.
    private func deliver(_ engine: Engine) async throws {
        try await engine.waitUntil {
            let states = try await engine.counts(EventFilter()).byState
            let open: Int64 = [.queued, .waiting, .retrying].reduce(0) { $0 + (states[$1] ?? 0) }
            if open > 0 { clock.advance(seconds: 600) }
            return open == 0
        }
    }

    /// So many lives of the process: some changes, a poll with whatever breaks meanwhile, and a kill at some write of it, or
    /// of the deliveries and outcomes behind it.
    mutating func run(kills: Int) async throws {
        var running = try await start()
        let made = try await running.engine.createInstance(draft)
        for _ in 0..<kills {
            for _ in 0..<Int.random(in: 1...10, using: &dice) {
                try await business.second(changes: Int.random(in: 0...4, using: &dice))
            }
            clock.advance(seconds: 60)
            if dice.chance(50) { await addFaults() }
            if dice.chance(25) { refuseWrites(running.store) }
            if dice.chance(25) {
                numbers.clockFaults += 1
                clock.set(bySeconds: Int64.random(in: -7200...7200, using: &dice))
            }
            running.store.die(after: Int.random(in: 0...25, using: &dice), keepingLast: dice.chance(50))
            try await poll(running, made.id)
            let (store, posts) = (running.store, receiver.numbers.posts + Int.random(in: 0...3, using: &dice))
            // Where there is less to deliver, the kill comes in the midst of nothing.
            _ = try? await waitUntil("deliveries", within: 0.1) { store.isDead || receiver.numbers.posts >= posts }
            numbers.kills += 1
            try await bury(running)
            if dice.chance(30) { clock.restart() }
            await org.removeFaults()
            running = try await start()
            if !oracle.faults.isEmpty { break }
        }
        numbers.changes = business.changes
        try await settle(running, made.id)
    }

    /// Whatever waits comes to its end, and nothing breaks any more.
    private mutating func settle(_ running: Running, _ id: InstanceID) async throws {
        try await business.settle()
        receiver.recover()
        clock.advance(seconds: 60)
        running.store.die(after: .max, keepingLast: true)
        for _ in 0..<2 { try await poll(running, id, isCalm: true) }
        try await deliver(running.engine)
        try await bury(running)
    }

    private mutating func refuseWrites(_ store: DyingStore) {
        numbers.diskFaults += 1
        let kinds: [Set<String>] = [
            ["append(_:)", "probeWrite()"], ["record(_:by:)"],
            ["append(_:)", "probeWrite()", "record(_:by:)", "indexWords()"],
            ["savePollerRecords(_:)"],
        ]
        let names = kinds.randomElement(using: &dice) ?? []
        receiver.expectRepeats(in: numbers.kills)
        store.refuse { names.contains($0) }
    }

    private func start() async throws -> Running {
        let store = DyingStore(try SQLiteStore(directory: directory, logger: quiet))
        let clock = clock
        var options = EngineOptions()
        options.reconcileEvery = 10
        // So that the callback sees which life of the process a post is of.
        options.userAgent = SoakReceiver.userAgent(life: numbers.kills)
        let engine = Engine(
            store: store,
            connector: SalesforceConnector(http: OrgInProcess(org: org), now: { clock.now }, pause: { _ in }),
            options: options,
            clock: clock,
            logger: quiet
        )
        let task = Task { try await engine.run() }
        try await engine.waitUntil { engine.isReady }
        return Running(engine: engine, store: store, task: task)
    }

    /// Nothing that the engine still does reaches the disk, so that its end is that of a killed process.
    private func bury(_ running: Running) async throws {
        running.store.die(after: 0, keepingLast: false)
        running.task.cancel()
        _ = await running.task.result
        try await running.store.close()
    }

    private mutating func addFaults() async {
        let locator = FaultRule.Effect.error(
            status: 400,
            code: "INVALID_QUERY_LOCATOR",
            message: "invalid query locator"
        )
        let effects: [(FaultRule.Effect, String?)] = [
            (.sessionExpired, nil), (.dailyLimit, nil), (.concurrentLimit, nil), (.serverError, nil),
            (.unavailable, "/query"), (.reset(afterEffect: true), nil), (.reset(afterEffect: false), "/composite"),
            (.truncated(after: 500), "/query"), (.queryTimeout, "/query"), (locator, "/query/01g"), (.edge, nil),
            (.cut(after: 500), "/query"), (.cut(after: 40), "/composite"), (Self.json("{}"), "/deleted"),
            (Self.json("{\"records\":7}"), "/query"), (Self.json("null"), nil), (Self.page(404), nil),
            (Self.page(200), "/composite"), (Self.page(502), "/services/data"),
            (.error(status: 400, code: "QUERY_TOO_COMPLICATED", message: "too many formulas"), "/query"),
            (.error(status: 400, code: "INVALID_FIELD", message: "No such column"), "/query"),
            (.login(error: "invalid_grant", description: "ip restricted"), "/oauth2/token"),
            (.login(error: "unknown_error", description: "retry your request"), "/oauth2/token"),
        ]
        for _ in 0..<Int.random(in: 1...3, using: &dice) {
            guard let (effect, path) = effects.randomElement(using: &dice) else { continue }
            numbers.faults += 1
            await org.add(
                FaultRule(
                    effect,
                    path: path,
                    skip: Int.random(in: 0...4, using: &dice),
                    times: Int.random(in: 1...6, using: &dice),
                    aimsAtParts: dice.chance(30)
                )
            )
        }
        if dice.chance(20) { await org.expireSessions() }
        if dice.chance(20) { await org.expireLocators() }
    }

    private static func json(_ body: String) -> FaultRule.Effect {
        .answer(status: 200, headers: ["Content-Type": "application/json"], body: body)
    }

    private static func page(_ status: Int) -> FaultRule.Effect {
        .answer(status: status, headers: ["Content-Type": "text/html"], body: "<html><body>Elsewhere</body></html>")
    }

    private var draft: InstanceDraft {
        var draft = InstanceDraft.sample(callback: callback.url, key: "12345") {
            $0.baseURL = "http://org.example"
            $0.apiKey = "signalbox-demo"
            $0.apiSecret = "signalbox-demo-secret"
            $0.oauthCallbackURL = "http://localhost"
            $0.refreshInterval = 1
            $0.batchSize = 10
            $0.objects = Business.objects
        }
        draft.authorizationCode = "signalbox-demo-code"
        return draft
    }
}
