import Domain
import EngineAPI
import Logging
import Primitives
import Salesforce
import Store

/// Asks one instance's org for changes: on its schedule and on demand, one poll at a time. With another source that brings
/// the news it reconciles.
actor Poller: EventSource {
    static let needs = SourceNeeds(eventTypes: Set(EventType.allCases))

    let id: InstanceID
    let context: SourceContext
    let watched: WatchedInstance
    /// As the last change left it; a poll goes on with the settings that it began with.
    private(set) var instance: Instance
    var schedule: PollSchedule
    /// By the object's name in lower case, as people and orgs may spell it differently.
    var records: [String: PollerRecord]
    private(set) var current: Task<PollSummary, any Error>?
    /// The poll that may store what it reads; one that was given up may not.
    private(set) var turn: PollTurn?
    /// A page is in the hands of the store.
    var isStoring = false
    private(set) var timer: Task<Void, Never>?
    /// Says when the poll that runs takes longer than polls are apart.
    private var lateWatch: Task<Void, Never>?
    /// As the watchdog sees it, from the start on.
    var activity: WatchedActivity?
    /// A change of configuration came while a poll was running: poll once more when it ends.
    private var again = false
    private(set) var isStopped = false
    /// The instance is being connected to another org: no poll of either runs meanwhile.
    private(set) var isSuspended = false
    private(set) var hasStarted = false
    private var lastReconciliation: Timestamp?
    /// When stamps that no overlap reaches any more were forgotten last.
    var lastForgetting: Timestamp?
    private(set) var history = PollHistory()
    var budget: CallBudget
    /// What is long past and read beside the polls.
    var backlog = BacklogWork()
    /// What was changed since the poll began that is running.
    var amendments = PageAmendments()
    /// Whoever stores a place or takes one away, one after the other.
    let gate = SerialGate()
    /// The store has places of objects that nobody watches: a process ended between the change of the list and this.
    private let hasUnwatched: Bool
    private var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    private var lastWaiter = 0

    /// `records` are the stored cursors of the watched objects.
    init(_ watched: WatchedInstance, records: [PollerRecord], context: SourceContext) {
        self.id = watched.id
        self.instance = watched.instance
        self.watched = watched
        self.context = context
        budget = CallBudget(percent: watched.instance.configuration.apiBudget)
        budget.spent = SpentCalls(parsing: watched.position(Self.spentName)?.resume, now: context.clock.due)
        for object in watched.instance.configuration.watchedObjects {
            let kept = watched.position(Backlog.name(of: object))?.resume
            backlog.backlogs[object.lowercased()] = Backlog(parsing: kept)
        }
        let names = Self.names(watched.instance)
        let all = records.filter(\.isOfObject)
        let records = all.filter { names.contains($0.object.lowercased()) }
        hasUnwatched = all.count > records.count || watched.positionNames.contains { !Backlog.isName($0, among: names) }
        self.records = Dictionary(records.map { ($0.object.lowercased(), $0) }, uniquingKeysWith: { $1 })
        self.schedule = PollSchedule(lastPoll: records.compactMap(\.lastPoll).max())
        // After a stop of unknown length the first poll reconciles; a new instance has nothing to compare with yet.
        self.lastReconciliation = records.isEmpty ? context.clock.due : nil
    }

    // MARK: Life

    /// Polls at once: only a poll shows whether the org still answers, and until then no state would be honest.
    func start() async {
        guard !hasStarted else { return }
        hasStarted = true
        watch()
        if hasUnwatched { await forgetObjects(but: Self.names(instance)) }
        schedule.configure(.init(instance, context.options), atOnce: true, now: context.clock.due)
        arm()
    }

    /// Gives up the poll that is running; none begins before `resume`. From within the instance's gate it would wait for
    /// itself, as the poll may be waiting to store a token.
    func suspend() async {
        isSuspended = true
        timer?.cancel()
        timer = nil
        again = false
        dropHungPoll()
        if let current {
            current.cancel()
            _ = await current.result
        } else {
            reportWait()
        }
        await endBacklogs()
    }

    func resume() {
        guard isSuspended else { return }
        isSuspended = false
        arm()
        beginBacklogs()
    }

    /// What is under way goes on with what it began.
    func apply(_ change: InstanceChange) async {
        let before = instance
        let changed = change.after
        instance = changed
        if change.isOtherOrganization {
            records = [:]
            backlog.removeAll(but: [])
            schedule = PollSchedule()
            budget = CallBudget(percent: changed.configuration.apiBudget)
            lastReconciliation = context.clock.due
        }
        budget.percent = changed.configuration.apiBudget
        let names = Self.names(changed)
        let former = Self.names(before)
        if names != former {
            amendments.forgotten.formUnion(former.subtracting(names))
            await forgetObjects(but: names)
        }
        let atOnce =
            changed.isActive
            && (!before.isActive || change.isReconnected || !names.isSubset(of: former)
                || before.configuration.eventType != changed.configuration.eventType)
        guard hasStarted else { return }
        dropHungPoll()
        schedule.configure(.init(changed, context.options), atOnce: atOnce, now: context.clock.due)
        pace(from: context.clock.due)
        if atOnce, current != nil { again = true }
        arm()
        if !changed.isActive { backlog.task?.cancel() }
        // A person may have mended what they wait for.
        backlog.retryAll()
        wakeBacklogs()
        beginBacklogs()
    }

    /// Milliseconds that a running poll gets at the end; what it has not read by then the next start reads.
    private static let lastPatience = Limit.pollAtEnd.milliseconds

    /// Ends the polling; a page that was read is stored before this returns.
    func stop() async {
        isStopped = true
        activity?.ended()
        timer?.cancel()
        timer = nil
        again = false
        await endBacklogs()
        guard let current else { return }
        let patience = context.clock.due.advanced(byMilliseconds: Self.lastPatience)
        let alarm = Task { [context] in
            try? await context.clock.sleep(until: patience)
            if !Task.isCancelled { current.cancel() }
        }
        _ = await current.result
        alarm.cancel()
    }

    /// Returns when the polls that are due now have ended, or after that long.
    func settle(patience: Int64) async {
        guard current != nil || again else { return }
        let end = context.clock.due.advanced(byMilliseconds: patience)
        lastWaiter += 1
        let waiter = lastWaiter
        let alarm = Task { [context] in
            try? await context.clock.sleep(until: end)
            if !Task.isCancelled { self.resumeWaiter(waiter) }
        }
        await withCheckedContinuation { waiters[waiter] = $0 }
        alarm.cancel()
    }

    /// Callers of `settle` that still wait.
    var waiting: Int { waiters.count }

    /// One caller's patience is over; the others go on waiting.
    private func resumeWaiter(_ waiter: Int) { waiters.removeValue(forKey: waiter)?.resume() }

    private func resumeWaiters() {
        let waiting = waiters.values
        waiters = [:]
        waiting.forEach { $0.resume() }
    }

    // MARK: Polling

    /// Polls now and answers when all that was found is stored. A poll that runs already may have read before the change
    /// that the caller is after: the one behind it is his.
    func poll() async throws -> PollSummary {
        if isStopped || isSuspended { throw CancellationError() }
        dropHungPoll()
        if let running = current {
            _ = await running.result
            if isStopped || isSuspended { throw CancellationError() }
            if let next = current, next != running { return try await next.value }
        }
        return try await begin(isAsked: true).value
    }

    private func begin(isAsked: Bool = false) -> Task<PollSummary, any Error> {
        timer?.cancel()
        timer = nil
        let turn = PollTurn(at: context.clock.due, isAsked: isAsked)
        self.turn = turn
        lateWatch?.cancel()
        lateWatch = watchLateness(of: turn)
        amendments = PageAmendments()
        activity?.waits("beginning a poll", by: context.clock.due.advanced(byMilliseconds: Self.longestStep))
        let (traces, id) = (context.intake.traces, id)
        let task = turn.start {
            guard let traces else { return try await self.run(turn) }
            return try await traces.poll(of: id) { try await self.run(turn) }
        }
        current = task
        context.notices.post(.instance(id))
        return task
    }

    private func run(_ turn: PollTurn) async throws -> PollSummary {
        defer { ended(turn) }
        let now = context.clock.due
        do {
            // Not even a person's request is asked of the org by a node that may have lost the instance to another one.
            try context.store.admitWork()
            try await context.disk.admit()
        } catch {
            if turn === self.turn { failed(error, turn.condemnation) }
            throw error
        }
        schedule.began(at: now, isAsked: turn.isAsked)
        let reconcile = reconciliationIsDue(now)
        let watch = ContinuousClock()
        let begin = watch.now
        let sum = Locked(IntakeResult())
        let configuration = instance.configuration
        let session = watched.session
        var request = PollRequest(
            instanceID: id,
            objects: configuration.watchedObjects,
            records: configuration.watchedObjects.compactMap { records[$0.lowercased()] },
            firstRun: configuration.firstRun,
            overlapSeconds: Int(context.options.pollOverlap),
            reconcile: reconcile,
            reportTouches: configuration.reportTouches,
            missingPercent: configuration.missingPercent
        )
        request.backlogRows = context.options.backlogRows
        do {
            let report = try await OrgObserver.$current.withValue(observer(of: turn)) {
                try await session.poll(request) { [context, id] object, question in
                    try await context.store.answer(question, of: id, object: object)
                } store: { page in
                    let result = try await self.store(page, of: turn)
                    sum.withLock { $0.add(result) }
                    return result
                }
            }
            await settleCalls(of: turn, session)
            // It was given up meanwhile.
            if turn !== self.turn { throw CancellationError() }
            if let url = instance.connection?.instanceURL {
                context.otherClocks.record(url, at: now) { report.orgDate }
            }
            if reconcile { lastReconciliation = now }
            try await forgetOldStamps(now)
            try await recordProblems(report)
            await context.steps.save()
            activity?.rests()
            let summary = PollSummary(
                result: sum.withLock { $0 },
                rowsRead: report.rowsRead,
                calls: report.calls,
                milliseconds: Int((watch.now - begin) / .milliseconds(1)),
                problems: report.problems,
                providerMessages: report.providerMessages
            )
            record(summary, calls: report.calls, took: watch.now - begin)
            pace(from: context.clock.due)
            let lacksBaseline = report.failures.contains { object, failure in
                failure.kind == .transient && records[object.lowercased()]?.cursor == nil
            }
            schedule.succeeded(
                at: context.clock.due,
                problems: report.problems,
                lacksBaseline: lacksBaseline,
                leavesRows: report.leavesRows
            )
            backlog.polled(at: context.clock.due)
            wakeBacklogs()
            return summary
        } catch {
            await settleCalls(of: turn, session)
            if turn === self.turn {
                if !(error is CancellationError) { record(nil, calls: turn.spent, took: watch.now - begin) }
                pace(from: context.clock.due)
                failed(error, turn.condemnation)
            }
            throw error
        }
    }

    /// Without a summary it failed.
    private func record(_ summary: PollSummary?, calls: APICalls, took duration: Duration) {
        let isFaulty = summary?.problems.isEmpty != true
        context.metrics.instance(id).polled(duration, calls: calls, isFaulty: isFaulty)
        history.record(
            FinishedPoll(
                at: context.clock.now,
                milliseconds: Int(duration / .milliseconds(1)),
                apiCalls: calls.total,
                events: summary?.result.events ?? 0,
                isFaulty: isFaulty
            )
        )
    }

    func ended(_ turn: PollTurn) {
        guard turn === self.turn else { return }
        self.turn = nil
        current = nil
        lateWatch?.cancel()
        lateWatch = nil
        if again, !isStopped, !isSuspended {
            again = false
            _ = begin()
        } else {
            resumeWaiters()
            arm()
        }
        context.notices.post(.instance(id))
        beginBacklogs()
    }

    private func reconciliationIsDue(_ now: Timestamp) -> Bool {
        let minutes = instance.configuration.reconcileMinutes ?? context.options.reconcileEvery
        if instance.configuration.eventType != .polling { return !records.isEmpty }
        guard minutes > 0 else { return false }
        guard let lastReconciliation else { return true }
        return now.since(lastReconciliation) >= Int64(minutes) * 60_000
    }

    // MARK: Time

    func arm() {
        timer?.cancel()
        timer = nil
        defer { reportWait() }
        guard !isStopped, !isSuspended, current == nil, let next = schedule.next else { return }
        guard next > context.clock.due else {
            _ = begin()
            return
        }
        timer = Task { [context] in
            do { try await context.clock.sleep(until: next) } catch { return }
            self.timeIsUp()
        }
    }

    private func timeIsUp() { if current == nil, !isStopped, !isSuspended, !Task.isCancelled { _ = begin() } }

    /// The watched objects, in lower case.
    static func names(_ instance: Instance) -> Set<String> {
        Set(instance.configuration.watchedObjects.map { $0.lowercased() })
    }
}
