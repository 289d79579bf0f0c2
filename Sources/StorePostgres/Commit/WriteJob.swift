#if PostgreSQL
import Domain
import Primitives
import Store

/// One caller's part of a shared transaction.
struct WriteJob: Sendable {
    struct Outcome: Sendable {
        let error: (any Error)?
        /// Tells the caller, once everything is on disk.
        let succeed: @Sendable () -> Void
    }

    /// How long a caller waits for the truth where the answer to the commit was lost.
    enum Patience: Sendable, Hashable {
        /// It may do the same again.
        case never
        /// As long as whoever may look for himself, as a person does.
        case aWhile
        /// The same again would be done twice, or count twice.
        case always
    }

    /// What it takes in, where it does.
    let intake: PreparedBatch?
    let inDoubt: Patience
    let run: @Sendable (inout WriteTransaction, IntakeRows) -> Outcome
    let fail: @Sendable (StoreError) -> Void
    /// Hears that it still waits for the truth.
    var whileUnknown: (@Sendable () -> Void)?
}

/// The way to the server broke while it committed.
struct UnknownCommit: Error {
    let mark: Int64
    let outcomes: [WriteJob.Outcome]
    let state: WriterState
    let fault: PostgresFault

    /// Whether it is there. It has locked the turn, so that the row is had when it has ended one way or the other.
    func isCommitted(_ connection: Connection, of node: Int64) throws -> Bool {
        do {
            try connection.execute("BEGIN")
            try NodeLease.holdTurn(connection, of: node)
            let found = try connection.run("SELECT mark FROM node_mark WHERE node = $1", [node]).number
            try connection.execute("COMMIT")
            return found == mark
        } catch {
            if !connection.isLost { try? connection.execute("ROLLBACK") }
            throw error
        }
    }
}

/// A transaction that may be there, and who waits to hear whether it is. It is asked for though nobody waits: what it made
/// ready to go is to be found.
struct CommitDoubt: Sendable {
    let unknown: UnknownCommit
    private(set) var waiting: [(job: WriteJob, outcome: WriteJob.Outcome)]
    /// Whether somebody was told that it failed, or that it is not known.
    private var isGivenUp: Bool
    private let since = ContinuousClock.now

    init(_ unknown: UnknownCommit, _ jobs: [WriteJob]) {
        self.unknown = unknown
        waiting = zip(jobs, unknown.outcomes).filter { $0.0.inDoubt != .never }.map { (job: $0.0, outcome: $0.1) }
        isGivenUp = waiting.count < jobs.count
    }

    /// What it leaves behind where it is there: who gave it up does not hear which deliveries may go by it, and finds all of
    /// it known when he does the same again.
    var state: WriterState {
        var state = unknown.state
        if isGivenUp { state.found.append(StoreChange(.due)) }
        return state
    }

    /// Says to those who wait that it is not known yet.
    func report() { for waiting in waiting { waiting.job.whileUnknown?() } }

    /// Those who wait no longer: all, or who may look for himself and has waited for so many milliseconds.
    mutating func dismissed(all: Bool, after patience: Int64) -> [WriteJob] {
        let isOver = since.duration(to: .now).wholeMilliseconds >= patience
        func goes(_ job: WriteJob) -> Bool { all || isOver && job.inDoubt != .always }
        let leaving = waiting.map { $0.job }.filter(goes)
        waiting.removeAll { goes($0.job) }
        if !leaving.isEmpty { isGivenUp = true }
        return leaving
    }
}

extension WriteQueue {
    /// Brings the state up to what others have committed.
    func refresh() async throws(StoreError) { try await perform { _ in } }
}

extension StoreError {
    /// Whether it is done nobody knows.
    init(unknownAt place: String) {
        self.init(
            .unknown,
            "PostgreSQL at \(place) was lost while it stored this, and does not answer; look whether it is done before you "
                + "do it again."
        )
    }
}
#endif
