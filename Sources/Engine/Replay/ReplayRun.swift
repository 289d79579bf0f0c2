import Domain
import Store
import Synchronization

/// One bulk replay on its way: a batch, its outcome on disk, a wait for the rate, the next batch.
actor ReplayRun {
    private(set) var job: ReplayJob
    private let store: any EventStore
    private let clock: any EngineClock
    private let notices: NoticeBoard
    private let replay: ReplayJobs.Replay
    private let gate = SerialGate()
    private let over = Mutex(false)
    private var task: Task<Void, Never>?
    private var nap: Task<Void, Never>?
    private var isStopping = false
    /// No batch begins before it.
    private var notBefore = Timestamp.distantPast

    init(
        _ job: ReplayJob,
        store: any EventStore,
        clock: any EngineClock,
        notices: NoticeBoard,
        replay: @escaping ReplayJobs.Replay
    ) {
        self.job = job
        self.store = store
        self.clock = clock
        self.notices = notices
        self.replay = replay
    }

    /// Whether the job has ended and is on disk as such.
    nonisolated var isOver: Bool { over.withLock { $0 } }

    func wake() {
        guard task == nil, !isStopping, job.state == .running else { return }
        task = Task { await work() }
    }

    /// Returns when nothing is under way any more.
    func stop() async {
        isStopping = true
        nap?.cancel()
        await task?.value
    }

    /// Takes effect at once; stored when it returns. What is under way still finishes.
    func change(state: ReplayJob.State?, rate: Int?) async throws -> ReplayJob {
        guard job.state.isOpen else {
            throw ClientError(.conflict, "The bulk replay \(job.id) has ended meanwhile.")
        }
        let before = job
        if let rate { job.rate = rate }
        if let state {
            job.state = state
            if state == .running { job.lastError = before.state == .paused ? nil : job.lastError }
        }
        do { try await save() } catch {
            job.state = before.state
            job.rate = before.rate
            throw error
        }
        nap?.cancel()
        wake()
        return job
    }

    private func work() async {
        while job.state == .running, !isStopping {
            let wait = notBefore
            if clock.now < wait {
                let clock = clock
                let nap = Task { _ = try? await clock.sleep(until: wait) }
                self.nap = nap
                await nap.value
                // A new rate or a pause cuts the wait short; the old rate's wait still counts, by a second at most.
                if clock.now < wait, job.state == .running, !isStopping {
                    notBefore = min(wait, clock.now.advanced(byMilliseconds: Int64(1000 / job.rate)))
                }
                continue
            }
            do { try await batch() } catch { await pause(error) }
        }
        task = nil
        // Resumed while the last batch was ending.
        wake()
    }

    private func batch() async throws {
        // Small enough that a pause acts soon, large enough for the rate.
        let limit = min(max(job.rate / 10, 1), 64)
        let page = PageRequest(direction: .oldestFirst, after: job.position, limit: limit, filter: job.filter)
        let events = try await store.events(page).filter { $0.sequence <= job.lastSequence }
        guard let last = events.last else { return try await complete() }
        // A notification with several of the events went out with the first of them: their sequences are neighbours.
        var sent = job.position
        var fresh: [EventSummary] = []
        for event in events {
            if let id = event.delivery?.notificationID, id <= sent { job.succeeded += 1 } else { fresh.append(event) }
            sent = event.sequence
        }
        let begun = clock.now
        let before = job.position
        do { try await send(fresh) } catch {
            job.position = before
            job.succeeded -= Int64(events.count - fresh.count)
            throw error
        }
        job.position = last.sequence
        notBefore = max(begun, notBefore).advanced(byMilliseconds: Int64(fresh.count * 1000 / job.rate))
        if notBefore < clock.now.advanced(byMilliseconds: -1000) { notBefore = clock.now }
        try await save()
    }

    private func send(_ events: [EventSummary]) async throws {
        let ids = events.compactMap { $0.delivery?.notificationID }
        var records: [Int64: Set<String>] = [:]
        for outgoing in try await store.outgoing(ids) {
            records[outgoing.body.notificationID] = Set(outgoing.body.events.map(\.recordID))
        }
        let replay = replay
        for wave in ReplayWaves.make(events, records: records) {
            let outcomes = try await withThrowingTaskGroup(of: String?.self) { group in
                for event in wave {
                    guard event.delivery != nil else {
                        group.addTask { "An event has no notification that could be sent." }
                        continue
                    }
                    group.addTask {
                        do { return try await replay(event.eventID).outcome.errorText } catch let error as ClientError
                            where error.kind == .notFound
                        { return error.message }
                    }
                }
                return try await group.reduce(into: [String?]()) { $0.append($1) }
            }
            for outcome in outcomes {
                if let outcome {
                    job.failed += 1
                    job.lastError = outcome
                } else {
                    job.succeeded += 1
                }
            }
        }
    }

    private func complete() async throws {
        job.state = .completed
        job.total = job.done
        try await save()
    }

    /// Nothing can be sent or stored now: what is not on disk goes out again after the job is resumed.
    private func pause(_ error: any Error) async {
        guard !isStopping else { return }
        if job.state == .running || job.state == .completed { job.state = .paused }
        job.lastError = ErrorSentence.text(error)
        // If the disk is the trouble, the job still says so, and a restart goes on with it.
        _ = try? await save()
    }

    private func save() async throws {
        try await gate.run {
            job.updatedAt = clock.now
            let stored = job
            try await store.updateReplayJob(stored)
            if !stored.state.isOpen { over.withLock { $0 = true } }
        }
        notices.post(.instance(job.instanceID))
    }
}
