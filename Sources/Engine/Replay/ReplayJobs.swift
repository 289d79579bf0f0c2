import Domain
import EngineAPI
import Logging
import Primitives
import Store

/// Runs the bulk replays of an engine, each in a task of its own.
///
/// A job's position is stored with each finished batch, so that a restart goes on behind it; only what was under way
/// when the process was killed is sent again.
actor ReplayJobs {
    typealias Replay = @Sendable (_ eventID: String) async throws -> Attempt

    /// Jobs that run or pause at most.
    static let maximumOpen = 32
    static let deletionUnderWay = "The instance is being deleted; nothing was changed."
    private static let leavingNow = "The instance is just going to another node; nothing was changed. Try again."

    private let store: any ReplayJobStore & EventReader & DeliveryStore
    private let dispatcher: Dispatcher
    private let clock: any EngineClock
    private let notices: NoticeHub
    private let watchdog: Watchdog
    private let logger: Logger
    private var runs: [Int64: ReplayRun] = [:]
    /// Instances that are being deleted.
    private var suspended: Set<InstanceID> = []
    /// Instances that go to another node, or have gone there: a run of their jobs here would send what the other one sends.
    private var leaving: Set<InstanceID> = []
    /// One is counted and made after the other, so that there are never more than may be.
    private let creation = SerialGate()
    private var replay: Replay?

    init(
        store: any ReplayJobStore & EventReader & DeliveryStore,
        dispatcher: Dispatcher,
        clock: any EngineClock,
        notices: NoticeHub,
        watchdog: Watchdog,
        logger: Logger
    ) {
        self.store = store
        self.dispatcher = dispatcher
        self.clock = clock
        self.notices = notices
        self.watchdog = watchdog
        self.logger = logger
    }

    /// From now on they can be run.
    func begin(_ replay: @escaping Replay) {
        self.replay = replay
        dispatcher.holds.observe { [self] id in Task { await callbackTurned(id) } }
    }

    /// Goes on with what the last process left, of an instance (nil: of all).
    func start(of id: InstanceID?) async {
        guard replay != nil else { return }
        if let id { leaving.remove(id) } else { leaving = [] }
        do {
            for job in try await store.replayJobs(id, onlyOpen: true, limit: Self.maximumOpen * 2) {
                if job.state.isOpen { await launch(job) } else { await close(job) }
            }
        } catch is CancellationError {
            // The end came before the beginning; nothing is wrong.
        } catch {
            logger.error(
                "The bulk replays could not be read; they wait for the next start.",
                metadata: ["error": "\(error)"]
            )
        }
    }

    /// Stores the end of a job that stands there as open, but is read as over since its filter can't be read.
    private func close(_ job: ReplayJob) async {
        let metadata: Logger.Metadata = ["job": "\(job.id)", "error": "\(job.lastError ?? "")"]
        logger.error("A bulk replay was cancelled.", metadata: metadata)
        var ended = job
        ended.updatedAt = clock.now
        do { try await store.endReplayJob(ended) } catch {
            logger.error("The end of the bulk replay could not be stored; the next start does.", metadata: metadata)
        }
        notices.post(.instance(job.instanceID))
    }

    /// Lets what is under way finish; jobs stay as they are for the next start.
    func stop() async {
        replay = nil
        await withDiscardingTaskGroup { group in
            for run in runs.values { group.addTask { await run.stop() } }
        }
        runs = [:]
    }

    /// Lets what is under way of an instance finish; another node goes on with its jobs, which can't be changed here until
    /// `start`.
    func stop(of id: InstanceID) async {
        leaving.insert(id)
        let own = runs.filter { $0.value.instanceID == id }
        await withDiscardingTaskGroup { group in
            for run in own.values { group.addTask { await run.stop() } }
        }
        // Only now: while it works a run knows more of its job than the disk.
        for job in own.keys { runs[job] = nil }
    }

    /// The instance is about to be deleted, which takes minutes where it has a long past: of its jobs nothing more is sent
    /// or stored until `end` or `resume`.
    func suspend(_ id: InstanceID) async {
        suspended.insert(id)
        for run in runs.values where run.instanceID == id { await run.suspend() }
    }

    /// The instance was not deleted after all: its jobs go on.
    func resume(_ id: InstanceID) async {
        suspended.remove(id)
        for run in runs.values where run.instanceID == id { await run.resume() }
    }

    /// The instance was deleted, and its jobs with it.
    func end(of id: InstanceID) async {
        for run in runs.values where run.instanceID == id { await run.end() }
        runs = runs.filter { !$0.value.isOver }
        suspended.remove(id)
        leaving.remove(id)
    }

    /// The hold of a callback began, moved or ended.
    private func callbackTurned(_ id: InstanceID) async {
        for run in runs.values where run.instanceID == id { await run.callbackTurned() }
    }

    func create(_ draft: ReplayJob) async throws -> ReplayJob {
        guard replay != nil else {
            throw ClientError(.unavailable, "Signalbox is not running; no bulk replay was begun.")
        }
        let job = try await creation.run {
            try checkMayChange(draft.instanceID)
            let open = try await store.replayJobs(nil, onlyOpen: true, limit: Self.maximumOpen).filter(\.state.isOpen)
            guard open.count < Self.maximumOpen else {
                throw ClientError(.conflict, "There are \(Self.maximumOpen) open bulk replays; cancel one or wait.")
            }
            return try await store.createReplayJob(draft)
        }
        await launch(job)
        notices.post(.instance(job.instanceID))
        return job
    }

    /// The job as it stands now, ahead of the disk by at most a batch.
    func job(_ id: Int64) async throws -> ReplayJob {
        if let run = runs[id] { return await run.job }
        guard let job = try await store.replayJob(id) else {
            throw ClientError(.notFound, "There is no bulk replay \(id).")
        }
        return job
    }

    func change(_ id: Int64, state: ReplayJob.State?, rate: Int?) async throws -> ReplayJob {
        let job = try await job(id)
        guard job.state.isOpen else {
            // Asked for twice is no mistake.
            if state == .cancelled, job.state == .cancelled { return job }
            throw ClientError(.conflict, "The bulk replay \(id) is \(job.state.rawValue); begin a new one.")
        }
        guard replay != nil else { throw ClientError(.unavailable, "Signalbox is not running; nothing was changed.") }
        try checkMayChange(job.instanceID)
        return try await run(job).change(state: state, rate: rate)
    }

    private func checkMayChange(_ id: InstanceID) throws {
        if suspended.contains(id) { throw ClientError(.conflict, Self.deletionUnderWay) }
        if leaving.contains(id) { throw ClientError(.unavailable, Self.leavingNow, mayPass: true) }
    }

    private func launch(_ job: ReplayJob) async {
        // What was stored while its instance was leaving begins where that comes to.
        guard !leaving.contains(job.instanceID) else { return }
        let begun = run(job)
        // The deletion of its instance may have begun meanwhile.
        if suspended.contains(job.instanceID) { await begun.suspend() }
        await begun.wake()
    }

    private func run(_ job: ReplayJob) -> ReplayRun {
        if let run = runs[job.id] { return run }
        let replay = replay
        let run = ReplayRun(
            job,
            store: store,
            dispatcher: dispatcher,
            clock: clock,
            notices: notices,
            watchdog: watchdog
        ) { id in
            guard let replay else { throw ClientError(.unavailable, "Signalbox is shutting down.") }
            return try await replay(id)
        }
        runs = runs.filter { !$0.value.isOver }
        runs[job.id] = run
        return run
    }
}
