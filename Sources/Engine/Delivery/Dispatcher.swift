import Domain
import EngineAPI
import Logging
import Primitives
import Store

/// Sends what is due, as soon as it is due: woken by fresh events and by the moment of the next retry, never by a tick.
actor Dispatcher {
    static let loadBatch = 128
    /// Outcomes that may wait for the disk before nothing more is sent.
    static let unrecordedLimit = 1024
    /// Milliseconds that the disk has for what came of an attempt before those who wait for it hear so.
    static let storingTime: Int64 = 30_000

    let store: any DeliveryStore
    /// As whom it claims deliveries: this run of this process.
    let owner = ClaimOwner(node: "signalbox")
    let courier: Courier
    let options: EngineOptions
    let clock: any EngineClock
    let notices: NoticeHub
    let watchdog: Watchdog
    let metrics: EngineMetrics
    let logger: Logger
    nonisolated let mailbox = DispatchMailbox()
    nonisolated let holds: CallbackHolds
    nonisolated let sendingTimes = SendingTimes()
    nonisolated let steps: ClockSteps

    var window: DeliveryWindow
    /// Whether no attempt begins any more.
    nonisolated var isStopping: Bool { mailbox.isFinished }
    private var sending = 0
    private var underWay = AttemptsUnderWay()
    let outcomes: OutcomeRecorder
    var timer: (at: Timestamp, task: Task<Void, Never>)?
    /// Waits for the next post of an instance that limits them.
    var permit: (at: Timestamp, task: Task<Void, Never>)?
    var wantsNextDue = true
    /// The loop that may go on; one that hung has a number of the past.
    var loop: (number: Int, task: Task<Void, Never>)?
    var loopEnd: CheckedContinuation<Void, Never>?
    var isWorking = false
    /// What the loop is reading from the store.
    var loading: [Int64] = []
    /// What the watchdog sees of the loop, of `outcomes` and of `courier`, from the start on.
    var loopActivity: WatchedActivity?
    var recordingActivity: WatchedActivity?
    var sendingActivity: WatchedActivity?
    /// Replays that keep attempts of their notifications away.
    var claimed = 0
    let claims = Waiters<Int64>()
    private var idle: [CheckedContinuation<Void, Never>] = []
    /// Instances of what is under way or not stored yet, by notification.
    private var inHand: [Int64: InstanceID] = [:]
    /// Those who wait until nothing of an instance is in hand.
    private var draining: [InstanceID: [CheckedContinuation<Void, Never>]] = [:]
    /// How many instances have left: what was read before may be old after that.
    private(set) var drains = 0
    /// Those who wait for the attempt that releases a callback.
    let releases = Waiters<InstanceID>()

    init(
        store: any DeliveryStore & ClockStore,
        courier: Courier,
        options: EngineOptions,
        clock: any EngineClock,
        notices: NoticeHub,
        watchdog: Watchdog,
        metrics: EngineMetrics,
        logger: Logger
    ) {
        self.store = store
        self.courier = courier
        self.options = options
        self.clock = clock
        self.notices = notices
        self.watchdog = watchdog
        self.metrics = metrics
        self.logger = logger
        self.window = DeliveryWindow(concurrency: options.concurrency)
        self.holds = CallbackHolds(store: store, logger: logger)
        self.outcomes = OutcomeRecorder(store: store, owner: owner, clock: clock, logger: logger)
        self.steps = ClockSteps(store: store, clock: clock, logger: logger)
    }

    // MARK: From outside

    /// These deliveries are heads of their lanes and may go out now. Cheap, and never waits.
    nonisolated func enqueue(_ ids: [Int64]) { if !ids.isEmpty { mailbox.enqueue(ids) } }

    /// `hold` is what was kept of the callback before a restart.
    func set(_ route: CallbackRoute?, for id: InstanceID, hold: CallbackHold? = nil) {
        let (threshold, schedule) = (options.breakerThreshold, options.breakerSchedule)
        let former = window.callbacks[id]?.standing
        let kept = hold.flatMap { $0.url == route?.url ? planned($0) : nil }
        let pause = kept.flatMap { $0.reason == Callback.pauseReason ? $0.until : nil }
        let lackedRoute = lacksRoute(id)
        storingHold(of: id) {
            window.set(
                route,
                for: id,
                breaker: kept.flatMap { pause == nil ? $0 : nil }
                    .map { Breaker(threshold: threshold, schedule: schedule, hold: $0) }
                    ?? Breaker(threshold: threshold, schedule: schedule)
            )
            if let pause { _ = window.update(id) { $0.pace.resumePause(until: pause, at: clock.due) } }
        }
        if window.callbacks[id]?.breaker.isReleasing != true { endReleases(id) }
        if lackedRoute != lacksRoute(id) { holds.turned(id) }
        mailbox.wake()
        // What the former address asked to wait for is no word of this one.
        if let former, let url = route?.url, former.url != url { Task { await expedite(id) } }
    }

    func remove(_ id: InstanceID) {
        window.remove(id)
        _ = holds.update(nil, of: id)
        endReleases(id)
    }

    /// Sends nothing more of an instance, which another node goes on with; returns when nothing of it is in hand.
    func drain(_ id: InstanceID) async {
        drains += 1
        remove(id)
        mailbox.wake()
        while inHand.values.contains(id) { await withCheckedContinuation { draining[id, default: []].append($0) } }
        await holds.settle()
    }

    /// Something of an instance is under way from here on, until `untrack`.
    func track(_ notification: Int64, of id: InstanceID) { inHand[notification] = id }

    func untrack(_ notification: Int64) {
        guard let id = inHand.removeValue(forKey: notification), draining[id] != nil else { return }
        draining.removeValue(forKey: id)?.forEach { $0.resume() }
    }

    /// The store may hold more that is due than was offered.
    func lookAgain() {
        window.backlog = true
        mailbox.wake()
    }

    func callback(_ id: InstanceID) -> Callback? { window.callbacks[id] }

    /// How a callback did before a restart; what it did since goes before it, and its breaker begins closed.
    func recall(_ attempt: Attempt, for id: InstanceID) {
        _ = window.update(id) { callback in
            guard callback.trend.shown == nil, callback.route?.url == attempt.url, attempt.outcome != .unknown else {
                return
            }
            callback.trend.record(CallbackTrend.Outcome(attempt))
        }
    }

    /// No attempt begins after this; those under way are finished by `run`.
    nonisolated func stop() {
        mailbox.finish()
        outcomes.stop()
    }

    // MARK: The loop

    func run() async {
        await runLoop()
        stop()
        endReleases()
        timer?.task.cancel()
        timer = nil
        permit?.task.cancel()
        // Attempts under way end by their time-out at the latest, and earlier where the engine tears them; their outcomes are
        // stored before we return, and those of replays.
        while !isIdle { await withCheckedContinuation { idle.append($0) } }
        await holds.settle()
        do { try await store.releaseAll(of: owner) } catch {
            // Their time ends them.
            logger.error("What was not sent can't be given back", metadata: ["error": "\(error)"])
        }
    }

    /// Lets everything of a callback go now that waits for a later rung: it was released, or has another address.
    func expedite(_ id: InstanceID) async {
        guard !isStopping, window.callbacks[id]?.breaker.isHeld == false else { return }
        do {
            // All that wait now: what fails meanwhile keeps its rung.
            var rest = try await store.retryingDeliveries(of: id)[...]
            while !isStopping, window.callbacks[id]?.breaker.isHeld == false, !rest.isEmpty {
                try await store.requeueRetrying(Array(rest.prefix(1000)), of: id)
                rest = rest.dropFirst(1000)
                window.backlog = true
                mailbox.wake()
            }
        } catch {
            // They go out when their time comes.
            logger.error("What waits for a later attempt can't be sent at once", metadata: ["error": "\(error)"])
        }
    }

    func startSends() {
        guard !isStopping, outcomes.count < Self.unrecordedLimit else { return }
        // A node that was paused must not send what another one has sent meanwhile; one that only hears nothing of its
        // database looks again.
        guard store.maySend else { return wake(at: clock.due.advanced(byMilliseconds: 1000)) }
        defer { awaitPermit() }
        for send in window.dequeueSends(at: clock.due) {
            sending += 1
            track(send.notification.delivery.notificationID, of: send.notification.delivery.instanceID)
            if sendingTimes.begin(send.notification.delivery.notificationID, at: clock.now) { reportSlow() }
            let (heap, turned) = underWay.begin()
            if turned { reportSending() }
            let request = request(of: send)
            // Not a child of the loop: a cancelled loop must not tear an attempt that the callback may have taken.
            courier.start(request, body: send.notification.body) { [self] reply in
                await ended(send, heap, request, reply)
            }
        }
    }

    /// Says of attempts that they take long. The real time counts, and not that of the engine's clock: a person looks on.
    private func reportSlow() {
        Task { [sendingTimes, notices] in
            while (try? await Task.sleep(for: .seconds(1))) != nil {
                let (slow, goesOn) = sendingTimes.tick()
                if !slow.isEmpty { notices.post(.deliveries(slow)) }
                if !goesOn { return }
            }
        }
    }

    private func reportSending() {
        let end = clock.due.advanced(byMilliseconds: options.callbackTimeout)
        sendingActivity?.moved("waiting for a callback's answer", by: underWay.isEmpty ? nil : end)
    }

    private func request(of send: DeliveryWindow.Send) -> CallbackRequest {
        let (delivery, body) = (send.notification.delivery, send.notification.body)
        return CallbackRequest(
            url: send.route.url,
            signatureKey: send.route.signatureKey,
            formerKey: send.route.formerKey(at: clock.due),
            ownHeaders: send.route.headers,
            lacksHeaders: send.route.lacksHeaders,
            notificationID: delivery.notificationID,
            eventID: body.events.first?.eventID ?? String(delivery.notificationID),
            attempt: send.notification.made + 1,
            isReplay: false,
            body: []
        )
    }

    private func ended(_ send: DeliveryWindow.Send, _ heap: Int, _ request: CallbackRequest, _ reply: CallbackReply) {
        let delivery = send.notification.delivery
        let attempt = reply.attempt(request)
        // What nobody knows says nothing of the callback.
        let isPause = !reply.isTorn && recordAnswer(attempt, reply.notBefore, delivery.instanceID, send.route)
        let isFree = reply.isTorn || isPause || send.isRelease && !attempt.outcome.isSuccess
        var result =
            isFree
            ? DeliveryVerdict.free(attempt, delivery: delivery)
            : DeliveryVerdict.make(
                attempt,
                made: delivery.attempts,
                policy: options.retryPolicy,
                ended: clock.due,
                notBefore: reply.notBefore,
                random: options.random()
            )
        if let url = window.callbacks[delivery.instanceID]?.standing.url, url != send.route.url {
            result = DeliveryVerdict.atFormerAddress(result)
        }
        metrics.instance(delivery.instanceID).ended(result, of: delivery)
        logger.debug("Attempt ended", metadata: AttemptLog.metadata(attempt, request, delivery.instanceID))
        window.ended(send)
        sendingTimes.end(delivery.notificationID)
        sending -= 1
        if underWay.end(heap) { reportSending() }
        record(result)
        // The next one in its place goes at once; the loop has work only where there is something to be read.
        startSends()
        if !attempt.outcome.isSuccess || window.needsReading { mailbox.wake() }
    }

    /// Returns whether the callback only asks for a pause.
    @discardableResult
    func recordAnswer(_ attempt: Attempt, _ notBefore: Timestamp?, _ id: InstanceID, _ route: CallbackRoute) -> Bool {
        // What the former address answers says nothing about the new one.
        guard let before = window.callbacks[id]?.standing, before.url == route.url else { return false }
        var isPause = false
        storingHold(of: id) {
            isPause = window.update(id) { $0.record(attempt, at: clock.due, notBefore: notBefore) } ?? false
        }
        guard let after = window.callbacks[id]?.standing else { return isPause }
        if before.isReleasing, !after.isReleasing {
            endReleases(id)
            if !after.isHeld { Task { await expedite(id) } }
        }
        if after.state != before.state || after.shown != before.shown || after.pausedUntil != before.pausedUntil {
            notices.post(.instance(id))
        }
        if let until = after.probeAt { wake(at: until) }
        return isPause
    }

    /// Makes a change to a callback and brings what it means for its hold to the disk.
    func storingHold(of id: InstanceID, _ change: () -> Void) {
        let before = window.callbacks[id]?.hold
        change()
        let after = window.callbacks[id]?.hold
        let hold = after.map { stored($0) }
        // What the disk refused is no change any more, but not stored either.
        if before != after || window.callbacks[id] != nil && holds.isLost(hold, of: id) { holds.store(hold, of: id) }
        // Every open delivery of it reads otherwise now.
        if holds.update(window.callbacks[id]?.held, of: id) { notices.post(.deliveries([])) }
    }

    // MARK: Outcomes

    private func record(_ result: DeliveryResult) {
        guard outcomes.add(result) else { return }
        Task { await self.flush() }
    }

    private func flush() async {
        await outcomes.flush { news in
            switch news {
            case .storing: recordingActivity?.waits("storing the outcomes of attempts", by: clock.due)
            case .refused: recordingActivity?.rests()
            case .stored(let batch, let ready):
                recordingActivity?.rests()
                settle(batch, ready)
                await steps.save()
            case .discarded(let lost): discard(lost)
            }
        } whileUnknown: { [recordingActivity] in
            // A database that is away is no reason to begin the program anew.
            recordingActivity?.rests()
        }
        leaveIfIdle()
        mailbox.wake()
    }

    /// Whoever waits for an outcome goes on, and finds that nothing runs any more.
    private func discard(_ lost: [DeliveryResult]) {
        for result in lost {
            window.recorded(result.attempt.notificationID)
            untrack(result.attempt.notificationID)
        }
        claims.resumeAll()
    }

    private func settle(_ batch: [DeliveryResult], _ ready: [Int64]) {
        for result in batch {
            let id = result.attempt.notificationID
            window.recorded(id)
            // Where its callback is being released, it or another one may be the attempt that decides.
            if let instance = inHand[id], window.callbacks[instance]?.breaker.isReleasing == true {
                window.backlog = true
            }
            untrack(id)
            claims.resume(id)
            if result.state == .retrying, let next = result.nextAttempt { wake(at: next) }
            // Gone by its former address: the new one may take it at once.
            if result.state == .queued { window.backlog = true }
        }
        mailbox.enqueue(ready)
        notices.post(.deliveries(batch.map(\.attempt.notificationID)))
    }

    private var isIdle: Bool { sending == 0 && claimed == 0 && !outcomes.isFlushing }

    func leaveIfIdle() {
        guard isIdle else { return }
        let waiting = idle
        idle = []
        waiting.forEach { $0.resume() }
    }

    // MARK: Time

    /// Works again at that moment, if not earlier.
    func wake(at moment: Timestamp) {
        if isStopping { return }
        if let timer, timer.at <= moment { return }
        timer?.task.cancel()
        let task = Task { [clock] in
            do { try await clock.sleep(until: moment) } catch { return }
            self.timeIsUp(moment)
        }
        timer = (moment, task)
        if !isWorking { loopActivity?.waits("waiting for the next attempt's time", by: moment) }
    }

    private func timeIsUp(_ moment: Timestamp) {
        guard timer?.at == moment else { return }
        timer = nil
        window.backlog = true
        mailbox.wake()
    }
}
