import Domain
import Engine
import EngineAPI
import Primitives
import Salesforce
import Store

/// Something that was due did not happen.
struct NeverSettled: Error, CustomStringConvertible {
    let description: String
}

/// A seeded run with polls, retries, replays and rotated secrets, in which somebody keeps setting the machine's clock.
struct ClockRun {
    struct Numbers {
        var moves = 0
        var steps = 0
        var restarts = 0
        var rotations = 0
        var events = 0
        var replayJobs = 0
    }

    private struct Former {
        let secret: Secret
        /// By the org's clock, which nobody sets.
        let since: Timestamp
    }

    static let steps: [Int64] = [-86_400, -7200, 3600, 86_400]

    private let clock: ManualClock
    private let posts: ClockPosts
    private let org: TimedOrg
    private let callback: CallbackServer
    private let directory: String
    private var dice: SeededGenerator
    private(set) var model: ClockModel
    private(set) var numbers = Numbers()
    private var polling: InstanceID = 0
    private var listening: InstanceID = 0
    private var former: [Former] = []
    private var lastRow = 0
    private var job: (id: Int64, done: Int64)?

    init(seed: UInt64, clock: ManualClock, posts: ClockPosts, callback: CallbackServer, directory: String) {
        (self.clock, self.posts, self.callback, self.directory) = (clock, posts, callback, directory)
        org = TimedOrg(clock)
        dice = SeededGenerator(seed: seed &+ 1)
        model = ClockModel(seed: seed)
    }

    private static var options: EngineOptions {
        var options = EngineOptions()
        options.retryPolicy = RetryPolicy(delays: ClockModel.ladder, jitter: 0)
        options.breakerThreshold = .max
        options.random = { 0.5 }
        return options
    }

    /// The virtual time that went by, in hours.
    private(set) var hours: Int64 = 0

    mutating func run(moves: Int) async throws {
        let begin = clock.elsewhere
        while numbers.moves < moves {
            var run = self
            run = try await EngineFixture.run(org, clock: clock, options: Self.options, directory: directory) {
                try await run.live($0, moves: moves)
            }
            self = run
            if numbers.moves < moves {
                let step = clock.now.since(clock.due)
                clock.restart()
                org.scripted.script { $0.error = nil }
                model.restarted(step: step)
                numbers.restarts += 1
            }
        }
        hours = clock.elsewhere.since(begin) / 3_600_000
    }

    /// One process of the program.
    private func live(_ fixture: EngineFixture, moves: Int) async throws -> ClockRun {
        var run = self
        if run.polling == 0 {
            try await run.begin(fixture.engine)
        } else {
            // The first poll comes at once.
            run.model.polled(at: clock.due, succeeds: true)
        }
        try await run.settle(fixture, span: 0)
        while run.numbers.moves < moves {
            try await run.move(fixture)
            if run.job == nil, run.dice.chance(4) { return run }
        }
        return run
    }

    private mutating func begin(_ engine: Engine) async throws {
        polling = try await engine.createInstance(
            .sample(callback: callback.url, key: StandardWebhooksTests.secret) { $0.refreshInterval = 1 }
        ).id
        listening = try await engine.createInstance(
            .sample(callback: callback.url, key: StandardWebhooksTests.secret, type: .webhooks) {
                $0.reconcileMinutes = 0
                $0.deployApex = false
            }
        ).id
        model.polled(at: clock.due, succeeds: true)
    }

    // MARK: A move

    private mutating func move(_ fixture: EngineFixture) async throws {
        numbers.moves += 1
        if dice.chance(15), let step = Self.steps.randomElement(using: &dice) {
            clock.set(bySeconds: step)
            numbers.steps += 1
            try await settle(fixture, span: 0)
        }
        if dice.chance(30) { try await receive(fixture.engine) }
        if dice.chance(5) { try await rotate(fixture.engine) }
        if let running = job, running.done >= 12 {
            _ = try await fixture.engine.cancelReplayJob(running.id)
            job = nil
        }
        if job == nil, dice.chance(5), !model.delivered.isEmpty { try await replay(fixture.engine) }
        try await settle(fixture, span: 0)

        let seconds = dice.chance(8) ? Int64.random(in: 3600...21_600, using: &dice) : .random(in: 1...40, using: &dice)
        let now = clock.due.advanced(bySeconds: seconds)
        if model.nextPoll <= now {
            let succeeds = !dice.chance(15)
            let rows = succeeds ? (0..<Int.random(in: 0...3, using: &dice)).map { _ in row() } : []
            numbers.events += rows.count
            org.scripted.script { state in
                state.pages = [rows]
                state.error = succeeds ? nil : SalesforceError(.transient, "Busy.")
            }
            model.polled(at: now, succeeds: succeeds)
        }
        clock.advance(seconds: seconds)
        try await settle(fixture, span: seconds * 1000, mayReplay: true)
        verifyFormer(try await fixture.engine.storedInstance(listening), fixture.engine)
    }

    private mutating func row() -> Observation {
        lastRow += 1
        return .row(lastRow, name: "n\(lastRow)", stamp: clock.elsewhere, created: clock.elsewhere)
    }

    private mutating func receive(_ engine: Engine) async throws {
        let row = row()
        numbers.events += 1
        let stamp = row.stamp.isoMilliseconds
        let text = """
            {"operation":"insert","object":"Account","records":[{"Id":"\(row.recordID)","Name":"n\(lastRow)",\
            "SystemModstamp":"\(stamp)"}]}
            """
        _ = try await engine.accept(try WebhookBody.parse(Array(text.utf8)), for: engine.storedInstance(listening))
    }

    private mutating func rotate(_ engine: Engine) async throws {
        let day = FormerSecret.lifetime
        guard former.count(where: { clock.elsewhere.since($0.since) < day }) < 7 else { return }
        former.append(Former(secret: try await engine.storedInstance(listening).receiverSecret, since: clock.elsewhere))
        _ = try await engine.rotateReceiverSecret(listening)
        numbers.rotations += 1
    }

    /// Each former secret is taken for a day, and not a moment longer.
    private mutating func verifyFormer(_ instance: Instance, _ engine: Engine) {
        for former in former {
            let isValid = clock.elsewhere.since(former.since) < FormerSecret.lifetime
            let (seconds, body) = (clock.now.seconds, Array("{}".utf8))
            let signature = StandardWebhooks(secret: former.secret)?.signature(id: "m", timestamp: seconds, body: body)
            var isTaken = true
            do {
                try engine.verify(
                    ReceivedWebhook(id: "m", timestamp: String(seconds), signature: signature, body: body),
                    for: instance
                )
            } catch { isTaken = false }
            if isTaken != isValid {
                let age = clock.elsewhere.since(former.since) / 1000
                model.fault("a former secret is \(isTaken ? "taken" : "refused") after \(age) s")
            }
        }
    }

    // MARK: Replays

    private mutating func replay(_ engine: Engine) async throws {
        var filter = EventFilter()
        filter.states = [.delivered]
        job = (try await engine.createReplayJob(polling, filter: filter, rate: 1).id, 0)
        numbers.replayJobs += 1
    }

    // MARK: What has to come true

    /// Returns when all that is due has happened, and nothing else has; `span` is what the move took, in milliseconds.
    private mutating func settle(_ fixture: EngineFixture, span: Int64, mayReplay: Bool = false) async throws {
        let engine = fixture.engine
        // At one a second a bulk replay sends one with each move.
        let before = (replays: model.replayed.count, done: job?.done ?? 0)
        var replay: ReplayJob?
        while true {
            let notices = engine.notices()
            for post in posts.takeAll() { model.take(post, span: span) }
            if let job { replay = try await engine.replayJob(job.id) }
            let isReplayed = replay.map { !$0.state.isOpen || $0.done > before.done || !mayReplay && before.done > 0 }
            if isReplayed ?? true, model.isDone(by: clock.due), try await isSettled(fixture) { break }
            guard await Self.hasNews(notices) else { throw NeverSettled(description: try await standing(fixture)) }
        }
        for post in posts.takeAll() { model.take(post, span: span) }
        if let ended = replay { job = ended.state.isOpen ? (ended.id, ended.done) : nil }
        let replays = model.replayed.count - before.replays
        if replays > 1 { model.fault("\(replays) replays in a move of \(span) ms") }
        let polls = org.log.count(polling)
        if polls != model.polls { model.fault("\(polls) polls instead of \(model.polls)") }
    }

    /// False where nothing happens for a minute: what is due has been forgotten.
    private static func hasNews(_ notices: AsyncStream<EngineNotice>) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in notices { return true }
                return false
            }
            group.addTask {
                let system = SystemClock()
                _ = try? await system.sleep(until: system.due.advanced(bySeconds: 60))
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }

    private func standing(_ fixture: EngineFixture) async throws -> String {
        let counts = try await fixture.engine.counts(EventFilter())
        let shown = try await fixture.engine.instance(polling).nextPoll.map { $0.since(clock.now) }
        let due = model.open.filter { $0.value.next <= clock.due }
        return "move \(numbers.moves): \(counts.total) events of \(numbers.events), \(counts.byState) but "
            + "\(model.delivered.count) taken and \(model.open.count) open, \(due.count) of them due; polled "
            + "\(org.log.count(polling)) times of \(model.polls), next in \(shown ?? -1) ms instead of "
            + "\(model.nextPoll.since(clock.due)); job \(job.map { "\($0)" } ?? "none"); \(model.faults)"
    }

    private func isSettled(_ fixture: EngineFixture) async throws -> Bool {
        let engine = fixture.engine
        guard org.log.count(polling) >= model.polls,
            let shown = try await engine.instance(polling).nextPoll,
            abs(shown.since(clock.now) - model.nextPoll.since(clock.due)) <= 1000
        else { return false }
        let counts = try await engine.counts(EventFilter())
        guard counts.total == Int64(numbers.events), counts.byState[.delivered] ?? 0 == Int64(model.delivered.count),
            numbers.events == model.delivered.count + model.open.count
        else { return false }
        var filter = EventFilter()
        filter.states = [.retrying]
        let waiting = try await engine.events(PageRequest(limit: 1000, filter: filter))
        let stored = Dictionary(waiting.map { ($0.eventID, $0.delivery?.attempts ?? 0) }, uniquingKeysWith: max)
        return stored == model.open.mapValues(\.attempts)
    }
}
