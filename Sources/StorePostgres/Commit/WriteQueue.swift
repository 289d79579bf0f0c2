#if PostgreSQL
import Dispatch
import Domain
import Glibc
import Logging
import Primitives
import Store
import Synchronization

/// Lets concurrent callers share one commit, as SQLite's queue does: while one transaction is on its way, the next callers
/// queue up and go into the following one together. What takes observations in goes first and is read and written many at
/// once, as each question to the server costs its way there and back.
///
/// One that fails takes no other with it: PostgreSQL ends a transaction with its first error, so that it begins anew with
/// each in a savepoint of its own.
///
/// What may pass is tried again, as a whole. Where the answer to a commit was lost, the node's mark tells what became of it,
/// however late it can be asked: nothing is begun before, and whoever may not do the same twice waits for the truth.
final class WriteQueue: Sendable {
    /// How long what may pass is tried again when the program ends, in milliseconds.
    private static let patienceAtEnd: Int64 = 250
    /// Milliseconds between two questions for a transaction whose end is not known.
    private static let doubtPause = 300
    private static let pauses: [Int64] = [20, 50, 100, 200, 500]
    private static let name = "writer"

    private let address: PostgresAddress
    private let lease: NodeLease
    private let times: NodeTimes
    private let logger: Logger
    private let queue = DispatchQueue(label: "signalbox.postgres.\(name)")
    private let groups = Locked(CommitGroups<WriteJob>())
    private let writer: Locked<Writer>
    /// The state as last committed, for readers.
    private let committed: Locked<WriterState>
    private let isEnding = Atomic(false)
    /// What others changed of what all nodes keep in memory, since it was asked for.
    private let found = Locked<[StoreChange]>([])
    /// Hears of each transaction that wrote or found something, on the writer's thread.
    private let onCommit = Locked<(@Sendable (_ wrote: Bool) -> Void)?>(nil)

    /// What the writer's thread has.
    private struct Writer {
        var connection: Connection?
        /// Whether nothing was committed over it yet.
        var isNew = false
        var state: WriterState
        /// The transaction before, where nobody knows whether it is there.
        var doubt: CommitDoubt?
    }

    init(
        _ connection: sending Connection,
        _ address: PostgresAddress,
        _ lease: NodeLease,
        state: WriterState,
        _ times: NodeTimes,
        _ logger: Logger
    ) {
        self.address = address
        self.lease = lease
        self.times = times
        self.logger = logger
        writer = Locked(Writer(connection: connection, state: state))
        committed = Locked(state)
    }

    /// What the last commit left.
    var state: WriterState { committed.withLock { $0 } }

    func onCommit(_ body: @escaping @Sendable (_ wrote: Bool) -> Void) { onCommit.withLock { $0 = body } }

    /// What others changed since the last call.
    func takeFound() -> [StoreChange] {
        found.withLock { found in
            defer { found = [] }
            return found
        }
    }

    /// Runs `body` in a transaction shared with others, and returns when it is on disk. It may be run twice, and what it
    /// did the first time is undone then: it must do nothing beside the transaction. `committed` is called once that is on
    /// disk, before any job behind it is run in another transaction. Where the answer to the commit was lost, the caller waits
    /// for the truth as `inDoubt` says, and `whileUnknown` is called again and again.
    func perform<Value: Sendable>(
        inDoubt: WriteJob.Patience = .aWhile,
        _ body: @escaping @Sendable (inout WriteTransaction) throws -> Value,
        committed: (@Sendable (Value) -> Void)? = nil,
        whileUnknown: (@Sendable () -> Void)? = nil
    ) async throws(StoreError) -> Value {
        try await submit(committed) { continuation, outcome in
            WriteJob(
                intake: nil,
                inDoubt: inDoubt,
                run: { transaction, _ in outcome { try body(&transaction) } },
                fail: { continuation.resume(returning: .failure($0)) },
                whileUnknown: whileUnknown
            )
        }
    }

    /// The same for observations: `body` gets the rows of the ledger and the lanes that they ask for.
    func perform<Value: Sendable>(
        intake: PreparedBatch,
        inDoubt: WriteJob.Patience,
        _ body: @escaping @Sendable (inout WriteTransaction, IntakeRows) throws -> Value,
        committed: (@Sendable (Value) -> Void)? = nil
    ) async throws(StoreError) -> Value {
        try await submit(committed) { continuation, outcome in
            WriteJob(
                intake: intake,
                inDoubt: inDoubt,
                run: { transaction, rows in outcome { try body(&transaction, rows) } },
                fail: { continuation.resume(returning: .failure($0)) }
            )
        }
    }

    private typealias Continuation<Value> = CheckedContinuation<Result<Value, StoreError>, Never>

    private func submit<Value: Sendable>(
        _ committed: (@Sendable (Value) -> Void)?,
        _ make: (
            Continuation<Value>, @escaping @Sendable (() throws -> Value) -> WriteJob.Outcome
        ) -> WriteJob
    ) async throws(StoreError) -> Value {
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            let job = make(continuation) { work in
                do {
                    let value = try work()
                    return WriteJob.Outcome(error: nil) {
                        committed?(value)
                        continuation.resume(returning: .success(value))
                    }
                } catch {
                    return WriteJob.Outcome(error: error) {}
                }
            }
            switch groups.withLock({ $0.add(job) }) {
            case .queued: break
            case .refused: job.fail(StoreError.closed)
            case .begins:
                queue.async { [self] in
                    while let jobs = groups.withLock({ $0.dequeue() }) { commit(jobs) }
                }
            }
        }
        return try result.get()
    }

    /// The program ends: what can't be written now is given up soon.
    func hurry() { isEnding.store(true, ordering: .relaxed) }

    /// Refuses jobs from now on; returns when those accepted before are committed.
    func close() async {
        groups.withLock { $0.close() }
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                writer.withLock { writer in
                    writer.connection = nil
                    for waiting in writer.doubt?.waiting ?? [] { waiting.job.fail(StoreError.closed) }
                    writer.doubt = nil
                }
                continuation.resume()
            }
        }
    }

    // MARK: On the writer's thread

    /// A job failed after it had asked something, and may have written.
    private struct Torn: Error {}

    private func commit(_ jobs: [WriteJob]) {
        // Nobody was answered yet, so that they have no order among each other.
        let jobs = jobs.filter { $0.intake != nil } + jobs.filter { $0.intake == nil }
        var outcomes: [WriteJob.Outcome] = []
        var groupError: StoreError?
        var isRefused = false
        var isInDoubt = false
        writer.withLock { writer in
            do { outcomes = try commit(jobs, &writer) } catch {
                if error is NodeLease.Lost { lease.lose() }
                isRefused = (error as? PostgresFault).map { !$0.mayPass } ?? false
                let unknown = error as? UnknownCommit
                groupError = failure(unknown.map { $0.fault as any Error } ?? error)
                // Nothing is begun while there is an earlier one, so that there is none.
                if let unknown {
                    let doubt = CommitDoubt(unknown, jobs)
                    writer.doubt = doubt
                    isInDoubt = true
                    logger.warning("PostgreSQL was lost amid a commit; whether it is done is asked until it answers")
                    doubt.report()
                } else {
                    // The thread may have no moment between two groups for as long as the server is away.
                    dismiss(&writer, error)
                }
            }
        }
        if isInDoubt { settleLater() }
        // One that PostgreSQL refuses takes no other with it.
        if isRefused, jobs.count > 1 { return jobs.forEach { commit([$0]) } }
        for (index, job) in jobs.enumerated() {
            if isInDoubt, job.inDoubt != .never { continue }
            if let error = groupError ?? (index < outcomes.count ? outcomes[index].error.map(failure) : nil) {
                job.fail(error)
            } else if index < outcomes.count {
                outcomes[index].succeed()
            }
        }
    }

    private func failure(_ error: any Error) -> StoreError {
        if error is NodeLease.Lost {
            do throws(StoreError) { try lease.check() } catch { return error }
        }
        return StoreError(postgres: error, address, logger)
    }

    /// Until it is done, or can't be.
    private func commit(_ jobs: [WriteJob], _ writer: inout Writer) throws -> [WriteJob.Outcome] {
        var begin = ContinuousClock.now
        var inSavepoints = false
        var unknown: UnknownCommit?
        var wasSilent = false
        var tries = 0
        while true {
            do {
                // Asked each time: a node that has slept for long begins nothing.
                try lease.check()
                let connection = try open(&writer)
                try settle(&writer, connection)
                if let before = unknown {
                    if try before.isCommitted(connection, of: lease.fence) {
                        adopt(before.state, &writer, wrote: true)
                        return before.outcomes
                    }
                    unknown = nil
                }
                return try transact(jobs, &writer, connection, inSavepoints)
            } catch is Torn {
                inSavepoints = true
            } catch {
                if let error = error as? UnknownCommit {
                    unknown = error
                    // A server that falls silent is given up after all of that time, and may answer right then.
                    if !wasSilent { begin = .now }
                    wasSilent = true
                }
                let fault = error as? PostgresFault ?? unknown?.fault
                if fault?.needsNewConnection == true { writer.connection = nil }
                let limit = isEnding.load(ordering: .relaxed) ? min(Self.patienceAtEnd, times.patience) : times.patience
                guard let fault, fault.mayPass, begin.duration(to: .now).wholeMilliseconds < limit else {
                    // Whatever came after it, it may be there.
                    if let unknown, !(error is NodeLease.Lost) { throw unknown }
                    throw error
                }
                logger.debug("PostgreSQL: a transaction is tried again", metadata: ["state": "\(fault.state)"])
                usleep(UInt32(clamping: Self.pauses[min(tries, Self.pauses.count - 1)] * 1000))
                tries += 1
            }
        }
    }

    private func open(_ writer: inout Writer) throws -> Connection {
        if let connection = writer.connection, !connection.isLost { return connection }
        let connection = try Connection(address, label: Self.name)
        (writer.connection, writer.isNew) = (connection, true)
        return connection
    }

    private func adopt(_ state: WriterState, _ writer: inout Writer, wrote: Bool) {
        var state = state
        let others = state.found
        state.found = []
        writer.state = state
        committed.withLock { $0 = state }
        if !others.isEmpty { found.withLock { $0 += others } }
        if wrote || !others.isEmpty { onCommit.withLock { $0 }?(wrote) }
    }

    /// Asks what became of the transaction before, where nobody knows yet, and tells those who wait to hear it.
    private func settle(_ writer: inout Writer, _ connection: Connection) throws {
        guard let doubt = writer.doubt else { return }
        let isThere = try doubt.unknown.isCommitted(connection, of: lease.fence)
        writer.doubt = nil
        logger.notice("The commit that was in doubt is \(isThere ? "done" : "not done")")
        if isThere { adopt(doubt.state, &writer, wrote: true) }
        for (job, outcome) in doubt.waiting {
            let error = outcome.error ?? (isThere ? nil : doubt.unknown.fault as any Error)
            if let error { job.fail(failure(error)) } else { outcome.succeed() }
        }
    }

    /// The same until it is known; whoever writes meanwhile asks before.
    private func settleLater() {
        queue.asyncAfter(deadline: .now() + .milliseconds(Self.doubtPause)) { [self] in
            let isOver = writer.withLock { writer -> Bool in
                guard writer.doubt != nil else { return true }
                do {
                    try lease.check()
                    let connection = try open(&writer)
                    try settle(&writer, connection)
                } catch {
                    if (error as? PostgresFault)?.needsNewConnection == true { writer.connection = nil }
                    dismiss(&writer, error)
                }
                return writer.doubt == nil
            }
            if !isOver { settleLater() }
        }
    }

    /// Tells those who wait no longer that it is not known what became of theirs.
    private func dismiss(_ writer: inout Writer, _ error: any Error) {
        guard var doubt = writer.doubt else { return }
        let isLost = error is NodeLease.Lost || (error as? StoreError)?.kind == .held
        if isLost { lease.lose() }
        let isOver = isLost || isEnding.load(ordering: .relaxed)
        for job in doubt.dismissed(all: isOver, after: times.doubt) {
            job.fail(isLost ? failure(error) : StoreError(unknownAt: address.location))
        }
        writer.doubt = isOver ? nil : doubt
        doubt.report()
    }

    /// Runs the jobs in one transaction; the state is another only if that is committed.
    private func transact(
        _ jobs: [WriteJob],
        _ writer: inout Writer,
        _ connection: Connection,
        _ inSavepoints: Bool
    ) throws -> [WriteJob.Outcome] {
        var outcomes: [WriteJob.Outcome] = []
        outcomes.reserveCapacity(jobs.count)
        var transaction = WriteTransaction(connection: connection, node: lease.fence, state: writer.state)
        let wrote: Bool
        let mark = Int64.random(in: .min ... .max)
        do {
            try connection.execute("BEGIN")
            let turn = try NodeLease.holdTurn(connection)
            (transaction.state.nextSequence, transaction.state.nextInstance) = (turn.sequence, turn.instance)
            try transaction.state.refresh(to: turn.epoch, of: lease.fence, connection, isNew: writer.isNew)
            let ran = connection.ran
            let intake = jobs.compactMap(\.intake)
            let rows = IntakeRows()
            if !intake.isEmpty { try rows.read(intake, &transaction) }
            for (index, job) in jobs.enumerated() {
                if index == intake.count, index > 0 { try rows.write(&transaction) }
                outcomes.append(try run(job, &transaction, rows, inSavepoints))
            }
            if intake.count == jobs.count { try rows.write(&transaction) }
            // Who only looked leaves no trace: else nodes would wake each other for ever.
            wrote =
                connection.ran != ran
                || (turn.sequence, turn.instance) != (transaction.state.nextSequence, transaction.state.nextInstance)
            if wrote { try transaction.flush(mark: mark) }
        } catch {
            if !connection.isLost { try? connection.execute("ROLLBACK") }
            throw error
        }
        do {
            try connection.execute("COMMIT")
        } catch let fault as PostgresFault where fault.isConnectionLost {
            throw UnknownCommit(mark: mark, outcomes: outcomes, state: transaction.state, fault: fault)
        }
        adopt(transaction.state, &writer, wrote: wrote)
        writer.isNew = false
        return outcomes
    }

    private func run(
        _ job: WriteJob,
        _ transaction: inout WriteTransaction,
        _ rows: IntakeRows,
        _ inSavepoints: Bool
    ) throws -> WriteJob.Outcome {
        let before = transaction.state
        let ran = transaction.connection.ran
        if inSavepoints { try transaction.connection.execute("SAVEPOINT job") }
        let outcome = job.run(&transaction, rows)
        if let error = outcome.error {
            if let fault = error as? PostgresFault, fault.mayPass { throw fault }
            if inSavepoints {
                try transaction.connection.execute("ROLLBACK TO job")
            } else if transaction.connection.ran != ran {
                throw Torn()
            }
            transaction.state = before
        }
        if inSavepoints { try transaction.connection.execute("RELEASE job") }
        return outcome
    }
}
#endif
