import GRDB
import Primitives

/// Lets concurrent callers share one commit: while one transaction is being synced, the next callers queue up and go
/// into the following one together.
///
/// One that fails takes no other with it. Most that fail have written nothing yet, so that nothing has to be undone; where
/// one has, the transaction begins anew with each in a savepoint of its own. So all the others are spared savepoints, for
/// which SQLite keeps a copy of every page that they touch.
final class CommitQueue: Sendable {
    private let pool: DatabasePool
    private let path: String
    private let groups = Locked(CommitGroups<CommitJob>())
    private let writer: Locked<WriterState>
    /// The state as last committed, for readers.
    private let committed: Locked<WriterState>

    init(pool: DatabasePool, path: String, state: WriterState) {
        self.pool = pool
        self.path = path
        self.writer = Locked(state)
        self.committed = Locked(state)
    }

    /// Those who wait for the transaction after the one that is under way.
    var waiting: Int { groups.withLock { $0.count } }

    /// What the last commit left.
    var state: WriterState { committed.withLock { $0 } }

    /// Runs `body` in a transaction shared with others, and returns when it is on disk. It may be run twice, and what it
    /// did the first time is undone then: it must do nothing beside the transaction. `committed` is called once that is on
    /// disk, before any job behind it is run in another transaction.
    func perform<Value: Sendable>(
        _ body: @escaping @Sendable (inout WriteTransaction) throws -> Value,
        committed: (@Sendable (Value) -> Void)? = nil
    ) async throws(StoreError) -> Value {
        let path = path
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            let job = CommitJob(
                run: { transaction in
                    do {
                        let value = try body(&transaction)
                        return .init(error: nil) {
                            committed?(value)
                            continuation.resume(returning: .success(value))
                        }
                    } catch {
                        return .init(error: StoreError(error, path: path)) {}
                    }
                },
                fail: { continuation.resume(returning: .failure($0)) }
            )
            submit(job)
        }
        return try result.get()
    }

    /// Refuses jobs from now on; those accepted before are still committed by the writer before anything submitted later.
    func close() { groups.withLock { $0.close() } }

    private func submit(_ job: CommitJob) {
        switch groups.withLock({ $0.add(job) }) {
        case .queued: break
        case .refused: job.fail(StoreError.closed)
        case .begins:
            pool.asyncWriteWithoutTransaction { [self] db in
                while let jobs = groups.withLock({ $0.dequeue() }) { commit(jobs, db) }
            }
        }
    }

    private func commit(_ jobs: [CommitJob], _ db: Database) {
        var outcomes: [CommitJob.Outcome] = []
        var groupError: StoreError?
        writer.withLock { state in
            do {
                do {
                    outcomes = try transact(jobs, from: &state, db) { try run($0, &$1) }
                } catch is Torn {
                    outcomes = try transact(jobs, from: &state, db) { try runInSavepoint($0, &$1) }
                }
            } catch {
                groupError = StoreError(error, path: path)
            }
        }
        for (index, job) in jobs.enumerated() {
            if let error = groupError ?? (index < outcomes.count ? outcomes[index].error : nil) {
                job.fail(error)
            } else if index < outcomes.count {
                outcomes[index].succeed()
            }
        }
    }

    /// Runs the jobs in one transaction; the state is another only if that is committed.
    private func transact(
        _ jobs: [CommitJob],
        from state: inout WriterState,
        _ db: Database,
        _ run: (CommitJob, inout WriteTransaction) throws -> CommitJob.Outcome
    ) throws -> [CommitJob.Outcome] {
        var outcomes: [CommitJob.Outcome] = []
        outcomes.reserveCapacity(jobs.count)
        var transaction = WriteTransaction(db: db, state: state)
        try db.inTransaction(.immediate) {
            for job in jobs { outcomes.append(try run(job, &transaction)) }
            try transaction.flush(before: state)
            return .commit
        }
        state = transaction.state
        committed.withLock { $0 = transaction.state }
        return outcomes
    }

    /// A job had written when it failed.
    private struct Torn: Error {}

    private func run(_ job: CommitJob, _ transaction: inout WriteTransaction) throws -> CommitJob.Outcome {
        let before = transaction.state
        let changes = transaction.db.totalChangesCount
        let outcome = job.run(&transaction)
        if let error = outcome.error {
            // A full disk or a damaged file ends the whole transaction, not just the job.
            guard transaction.db.isInsideTransaction else { throw error }
            guard transaction.db.totalChangesCount == changes else { throw Torn() }
            transaction.state = before
        }
        return outcome
    }

    private func runInSavepoint(_ job: CommitJob, _ transaction: inout WriteTransaction) throws -> CommitJob.Outcome {
        let before = transaction.state
        try transaction.run("SAVEPOINT job", [])
        let outcome = job.run(&transaction)
        if let error = outcome.error {
            guard transaction.db.isInsideTransaction else { throw error }
            try transaction.run("ROLLBACK TO job", [])
            transaction.state = before
        }
        try transaction.run("RELEASE job", [])
        return outcome
    }
}

/// One caller's part of a shared transaction.
struct CommitJob: Sendable {
    struct Outcome: Sendable {
        let error: StoreError?
        /// Tells the caller, once everything is on disk.
        let succeed: @Sendable () -> Void
    }

    let run: @Sendable (inout WriteTransaction) -> Outcome
    let fail: @Sendable (StoreError) -> Void
}
