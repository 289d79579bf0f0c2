import Domain
import EngineAPI
import Primitives
import Store

/// One bulk replay on its way: a batch, its outcome on disk, a wait for the rate, the next batch.
actor ReplayRun {
    private(set) var job: ReplayJob
    nonisolated let instanceID: InstanceID
    private let store: any ReplayJobStore & EventReader & DeliveryStore
    private let dispatcher: Dispatcher
    private let clock: any EngineClock
    private let notices: NoticeHub
    private let watchdog: Watchdog
    private let replay: ReplayJobs.Replay
    private let gate = SerialGate()
    private let over = Locked(false)
    private var task: Task<Void, Never>?
    private var nap: Task<Void, Never>?
    private var isStopping = false
    /// While the instance is being deleted nothing more of the job is sent or stored, and once it is, nothing is sent.
    private enum Deletion { case none, underWay, done }
    private var deletion = Deletion.none
    /// As the watchdog sees it, while it works. What is overdue is only reported: the events under way may have been sent,
    /// and would be sent again.
    private var activity: WatchedActivity?
    /// What became of events of the batch under way, by sequence. Counted when the batch is done, and not sent again if
    /// something else stopped it.
    private var outcomes: [Int64: ReplayBatch.Outcome] = [:]
    /// The events of the last probe that failed: it counts for nothing, but the job's filter may find them no more by it.
    private var probed: [EventSummary] = []
    /// No batch begins before it.
    private var notBefore = Timestamp.distantPast

    init(
        _ job: ReplayJob,
        store: any ReplayJobStore & EventReader & DeliveryStore,
        dispatcher: Dispatcher,
        clock: any EngineClock,
        notices: NoticeHub,
        watchdog: Watchdog,
        replay: @escaping ReplayJobs.Replay
    ) {
        self.job = job
        self.store = store
        self.dispatcher = dispatcher
        instanceID = job.instanceID
        self.clock = clock
        self.notices = notices
        self.watchdog = watchdog
        self.replay = replay
    }

    /// Whether the job has ended and is on disk as such.
    nonisolated var isOver: Bool { over.withLock { $0 } }

    func wake() {
        guard task == nil, !isStopping, wantsToRun else { return }
        task = Task { await work() }
    }

    private var wantsToRun: Bool {
        deletion == .none && (job.state == .running || job.state == .paused && job.waitsForCallback)
    }

    func callbackTurned() {
        nap?.cancel()
        wake()
    }

    /// Returns when nothing is under way any more.
    func stop() async {
        isStopping = true
        nap?.cancel()
        await task?.value
    }

    /// The instance is about to be deleted. What is on its way to the disk comes there first; what is being sent still ends.
    func suspend() async {
        deletion = .underWay
        nap?.cancel()
        await gate.run {}
    }

    /// The instance was not deleted after all.
    func resume() async {
        guard deletion == .underWay, !isStopping else { return }
        deletion = .none
        // What came of it meanwhile; where the disk refuses, the next batch stores that.
        if !isOver { _ = try? await save() }
        wake()
    }

    /// The instance was deleted, and the job cancelled with it; what is under way still finishes.
    func end() async {
        deletion = .done
        if job.state.isOpen {
            job.state = .cancelled
            job.waitsForCallback = false
            job.lastError = InstanceTable.deletionReason
        }
        nap?.cancel()
        // Behind whatever of it was on its way to the disk meanwhile. Where this fails, the next start makes up for it.
        _ = try? await save()
        over.withLock { $0 = true }
    }

    /// Takes effect at once; stored when it returns. What is under way still finishes.
    func change(state: ReplayJob.State?, rate: Int?) async throws -> ReplayJob {
        guard job.state.isOpen else {
            throw ClientError(.conflict, "The bulk replay \(job.id) has ended meanwhile.")
        }
        guard deletion == .none else { throw ClientError(.conflict, ReplayJobs.deletionUnderWay) }
        let before = job
        if let rate { job.rate = rate }
        if let state {
            // Why it waited or was paused is no failure of its events, and nothing that holds from now on.
            if before.waitsForCallback || state == .running && before.state == .paused { job.lastError = nil }
            job.state = state
            job.waitsForCallback = false
        }
        do { try await save() } catch {
            job.state = before.state
            job.waitsForCallback = before.waitsForCallback
            job.lastError = job.lastError ?? before.lastError
            job.rate = before.rate
            throw error
        }
        nap?.cancel()
        wake()
        return job
    }

    private func work() async {
        activity = watchdog.watch(.bulkReplay, of: instanceID)
        while wantsToRun, !isStopping {
            if dispatcher.holds.held(instanceID) != nil {
                await waitForCallback()
                continue
            }
            if await dispatcher.lacksRoute(instanceID) {
                await waitForRoute(seconds: 60)
                continue
            }
            if job.waitsForCallback {
                job.state = .running
                job.waitsForCallback = false
                job.lastError = nil
                _ = try? await save()
                continue
            }
            let wait = notBefore
            if clock.due < wait {
                activity?.moved("waiting for its rate", by: wait)
                await nap(until: wait)
                // A new rate or a pause cuts the wait short; the old rate's wait still counts, by a second at most.
                if clock.due < wait, job.state == .running, !isStopping {
                    notBefore = min(wait, clock.due.advanced(byMilliseconds: Int64(1000 / job.rate)))
                }
                continue
            }
            activity?.moved("reading what comes next", by: clock.due)
            do { try await batch() } catch let error as ClientError where error.message == Replayer.lacksCallback {
                // Just taken away: it is not said everywhere yet.
                await waitForRoute(seconds: 1)
            } catch { await pause(error) }
        }
        activity?.ended()
        activity = nil
        task = nil
        // Resumed while the last batch was ending.
        wake()
    }

    /// Waits until the instance has a callback again, and looks by itself now and then: one may be set while this is stored.
    private func waitForRoute(seconds: Int64) async {
        guard wantsToRun, !isStopping else { return }
        activity?.rests()
        if !job.waitsForCallback || job.lastError != Replayer.lacksCallback {
            job.state = .paused
            job.waitsForCallback = true
            job.lastError = Replayer.lacksCallback
            _ = try? await save()
        }
        guard wantsToRun, !isStopping else { return }
        await nap(until: clock.due.advanced(bySeconds: seconds))
    }

    private func nap(until moment: Timestamp) async {
        let clock = clock
        let nap = Task { _ = try? await clock.sleep(until: moment) }
        self.nap = nap
        await nap.value
    }

    /// Waits until the hold of the callback ends or moves. Where it is time for a probe and no delivery is there to be
    /// one, an event of the job is: else nothing would ever end the hold.
    private func waitForCallback() async {
        // The hold has its own end, and a person's has none.
        activity?.rests()
        guard let held = dispatcher.holds.held(instanceID) else { return }
        if !job.waitsForCallback || job.lastError != held.reason {
            job.state = .paused
            job.waitsForCallback = true
            job.lastError = held.reason
            // Said in memory all the same; a restart finds it running, and out again.
            _ = try? await save()
        }
        // What turned while this was stored is looked at again.
        guard wantsToRun, !isStopping, dispatcher.holds.held(instanceID) == held else { return }
        if let until = held.until, until <= clock.due, await dispatcher.beginProbe(instanceID) {
            await probe()
            return
        }
        guard wantsToRun, !isStopping, dispatcher.holds.held(instanceID) == held else { return }
        let now = clock.due
        await nap(until: max(held.until ?? now.advanced(bySeconds: 86_400), now.advanced(bySeconds: 1)))
    }

    /// Sends the next event that was not delivered yet; only its success counts, as a failure says no more than the hold
    /// does.
    private func probe() async {
        do {
            while wantsToRun, !isStopping {
                let batch = try await nextBatch()
                guard let last = batch.events.last else {
                    await dispatcher.abandonProbe(instanceID)
                    return try await complete()
                }
                guard wantsToRun, !isStopping else { break }
                if let event = batch.unsent(outcomes) {
                    guard try await replay(event.eventID).outcome.isSuccess else {
                        probed = batch.events(with: event)
                        return
                    }
                    outcomes[event.sequence] = .succeeded
                    // Now: by the job's filter the others may not be found again.
                    return outcomes = batch.outcomes(of: outcomes)
                }
                // Nothing of these can be sent any more.
                outcomes = batch.outcomes(of: outcomes)
                count(through: last.sequence)
                job.position = last.sequence
                try await save()
            }
        } catch {
            // It is tried again with the next probe.
        }
        await dispatcher.abandonProbe(instanceID)
    }

    /// With the holds as they are now.
    private var filter: EventFilter {
        var filter = job.filter
        filter.heldInstances = dispatcher.holds.instances
        return filter
    }

    /// The events that come next, with what they go out with: the last notification's events are all there, as those that
    /// are not may leave the filter with it.
    private func nextBatch() async throws -> ReplayBatch {
        let filter = filter
        // Small enough that a pause acts soon, large enough for the rate.
        let limit = min(max(job.rate / 10, 1), 64)
        // One more, to see whether the last notification goes on.
        var page = PageRequest(direction: .oldestFirst, after: job.position, limit: limit + 1, filter: filter)
        let found = try await store.events(page).filter { $0.sequence <= job.lastSequence }
        var events = Array(found.prefix(limit))
        var rest = Array(found.dropFirst(limit))
        let last = events.last?.delivery?.notificationID
        while last != nil, let next = rest.first, next.delivery?.notificationID == last {
            let more = rest.prefix { $0.delivery?.notificationID == last }
            events += more
            guard more.count == rest.count else { break }
            page.after = events.last?.sequence
            page.limit = 64
            rest = try await store.events(page).filter { $0.sequence <= job.lastSequence }
        }
        let known = Set(events.map(\.sequence))
        events += probed.filter { $0.sequence > job.position && !known.contains($0.sequence) }
        return ReplayBatch(events.sorted { $0.sequence < $1.sequence }, after: job.position)
    }

    private func batch() async throws {
        let batch = try await nextBatch()
        guard let last = batch.events.last else { return try await complete() }
        let fresh = batch.carriers.filter { outcomes[$0.sequence] == nil }
        let begun = clock.due
        guard try await send(fresh, of: batch) else { return }
        outcomes = batch.outcomes(of: outcomes)
        count(through: last.sequence)
        job.position = last.sequence
        notBefore = max(begun, notBefore).advanced(byMilliseconds: Int64(fresh.count * 1000 / job.rate))
        if notBefore < clock.due.advanced(byMilliseconds: -1000) { notBefore = clock.due }
        activity?.moved("storing how far it is", by: clock.due)
        try await save()
    }

    /// Counts what became of events up to there, those included that the filter finds no more since they were sent.
    private func count(through last: Int64) {
        for (sequence, outcome) in outcomes.sorted(by: { $0.key < $1.key }) where sequence <= last {
            outcomes[sequence] = nil
            switch outcome {
            case .succeeded: job.succeeded += 1
            case .failed(let reason):
                job.failed += 1
                job.lastError = reason
            }
        }
    }

    /// False where the callback is held, or the instance about to be deleted, before all are sent.
    private func send(_ events: [EventSummary], of batch: ReplayBatch) async throws -> Bool {
        let ids = events.compactMap { $0.delivery?.notificationID }
        var records: [Int64: Set<String>] = [:]
        for outgoing in try await store.outgoing(ids) {
            records[outgoing.body.notificationID] = Set(outgoing.body.events.map(\.recordID))
        }
        let replay = replay
        let (id, holds) = (instanceID, dispatcher.holds)
        for wave in ReplayWaves.make(events, records: records) {
            guard deletion == .none else { return false }
            activity?.moved(
                "sending \(wave.count) events and recording what came of them",
                by: clock.due.advanced(byMilliseconds: dispatcher.options.callbackTimeout)
            )
            let (found, error) = await withTaskGroup(of: (Int64, Result<ReplayBatch.Outcome, any Error>?).self) {
                group in
                for event in wave {
                    let sequence = event.sequence
                    guard event.delivery != nil else {
                        group.addTask { (sequence, .success(.nothingToSend)) }
                        continue
                    }
                    group.addTask {
                        // What has not begun when the hold begins waits for its end.
                        if holds.held(id) != nil { return (sequence, nil) }
                        do {
                            return (sequence, .success(ReplayBatch.Outcome(try await replay(event.eventID).outcome)))
                        } catch let error as ClientError where error.kind == .notFound {
                            return (sequence, .success(.failed(error.message)))
                        } catch { return (sequence, .failure(error)) }
                    }
                }
                var found: [Int64: ReplayBatch.Outcome] = [:]
                var failure: (any Error)?
                for await (sequence, result) in group {
                    switch result {
                    case .success(let outcome): found[sequence] = outcome
                    case .failure(let error): failure = failure ?? error
                    case nil: break
                    }
                }
                return (found, failure)
            }
            // With those that go out with them: by the job's filter they may not be found again.
            outcomes = batch.outcomes(of: outcomes.merging(found) { $1 })
            if let error { throw error }
            if found.count < wave.count { return false }
        }
        return true
    }

    private func complete() async throws {
        // Cancelled while it looked for more, or what it looked for is being deleted.
        guard job.state.isOpen, deletion == .none else { return }
        if job.waitsForCallback { job.lastError = nil }
        count(through: job.lastSequence)
        job.state = .completed
        job.waitsForCallback = false
        job.total = job.done
        try await save()
    }

    /// Nothing can be sent or stored now: what is not on disk goes out again after the job is resumed.
    private func pause(_ error: any Error) async {
        // The end of the program or of the instance is no trouble of the job's; the next start goes on with it.
        guard !isStopping, deletion == .none, !dispatcher.isStopping else { return }
        if job.state == .running || job.state == .completed { job.state = .paused }
        job.waitsForCallback = false
        job.lastError = ErrorSentence.text(error)
        // If the disk is the trouble, the job still says so, and a restart goes on with it.
        _ = try? await save()
    }

    private func save() async throws {
        try await gate.run {
            // The store has cancelled it by now.
            guard deletion != .underWay else { return }
            job.updatedAt = clock.now
            let stored = job
            try await store.updateReplayJob(stored)
            if !stored.state.isOpen { over.withLock { $0 = true } }
        }
        notices.post(.instance(job.instanceID))
    }
}
