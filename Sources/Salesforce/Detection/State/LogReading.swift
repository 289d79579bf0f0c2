import Domain
import Primitives

/// How the log of deletions is asked along with one read of rows, and what it said.
///
/// Invariants: rows count only once the log has its answer or won't have one (`mustRepeatRows`), so that nothing is deleted
/// between the two unseen; an id is pending until a row of it shows up; what is unverified is no longer certain by the log.
struct LogReading: Sendable {
    private enum State: Sendable { case unread, read, failed }

    private var state = State.unread
    /// The log must be asked again, and rows only after it; until then their answers count for nothing.
    private(set) var mustRepeatRows = false

    // MARK: How it is asked

    /// Set where the start or the end that was asked for did not do; the end is that of the answer, too.
    private(set) var start: Timestamp?
    private(set) var end: Timestamp?
    private var attempts = 0
    /// Asked to its end, past what was now then: an org that refused long spans is asked for a part. Said when it is asked,
    /// as now moves on while the rows are read.
    private var reachesNow = false
    /// Asked from later on than wanted.
    private var isShort = false
    /// Asked again from where it begins.
    private var isWidened = false
    /// Asked again from the minute after that.
    private var isPastBegin = false
    /// The start that the org took before that.
    private var accepted: Timestamp?
    /// The org will not show it, however it is asked.
    private(set) var isRefused = false

    // MARK: What it said

    /// Ids whose rows have not shown up since the log was read.
    private var pending: [String: Timestamp] = [:]
    /// Of which the rows can't say whether the record came back.
    private(set) var unverified: [DeleteLog.Entry] = []
    /// When it was asked for, by this machine's clock.
    private(set) var requestedAt: Timestamp?
    private(set) var covered: Timestamp?

    var isUnread: Bool { state == .unread }
    var isRead: Bool { state == .read }

    /// Whether all deletions are read that the org had noted when it was asked.
    var isWhole: Bool { isRead && reachesNow }

    /// Whether it begins later than was wanted.
    var isLate: Bool { isShort || start != nil }

    /// What the org says by it to have reached.
    var word: OrgWord? {
        guard isRead, let covered else { return nil }
        return OrgWord(covered: covered, isWhole: isWhole && end.map { covered < $0 } ?? false)
    }

    // MARK: Asking

    /// Rows are asked for, behind the log.
    mutating func beginRows() { mustRepeatRows = false }

    /// The span to ask for; `floor`: the log goes back no further.
    mutating func span(from wanted: Timestamp, floor: Timestamp, to horizon: Timestamp) -> (Timestamp, Timestamp)? {
        if wanted < floor { isShort = true }
        let from = min(max(wanted, floor), horizon)
        guard let span = ObjectPoll.span(from: from, to: horizon) else { return nil }
        let last = end.flatMap { $0 > span.0 ? $0 : nil } ?? span.1
        reachesNow = last > horizon
        return (span.0, last)
    }

    /// Whether the log is asked again from where it begins, as that is before a start which did instead of a refused one.
    mutating func widen(to earliest: Timestamp?, notBefore known: Timestamp) -> Bool {
        guard let refused = start, !isWidened, let earliest else { return false }
        isWidened = true
        let begin = max(Timestamp(seconds: earliest.seconds / 60 * 60), known)
        guard begin < refused else { return false }
        accepted = refused
        start = begin
        askAgain()
        return true
    }

    /// Whether the log is asked again from later on than a start that the org refuses, from one of these.
    mutating func shorten(from refused: Timestamp, to starts: [Timestamp]) -> Bool {
        attempts += 1
        if isWidened, let accepted {
            // The minute in which it begins may be too early for it; where it begins before what may be asked for at all,
            // the start that did before has to do.
            if isPastBegin {
                start = accepted
                self.accepted = nil
            } else {
                start = refused.advanced(bySeconds: 60)
                isPastBegin = true
            }
        } else {
            let later = starts.sorted().first { $0.seconds - $0.seconds % 60 > refused.seconds }
            guard attempts < 8, let later else { return false }
            start = later
        }
        askAgain()
        return true
    }

    /// Whether the log is asked again for half of a span that held too much.
    mutating func halve(from start: Timestamp, to last: Timestamp) -> Bool {
        attempts += 1
        guard attempts < 12, last.since(start) > 120_000 else { return false }
        end = Timestamp(seconds: start.seconds + (last.seconds - start.seconds) / 120 * 60)
        askAgain()
        return true
    }

    private mutating func askAgain() {
        state = .unread
        mustRepeatRows = true
    }

    mutating func fail(isRefused: Bool) {
        state = .failed
        self.isRefused = isRefused
    }

    // MARK: Answers

    /// Takes the entries from a moment on.
    mutating func accept(_ answer: DeleteLog, to end: Timestamp, since: Timestamp) {
        state = .read
        self.end = end
        requestedAt = answer.requestedAt
        covered = answer.covered
        for entry in answer.entries where entry.date >= since {
            pending[entry.recordID] = max(entry.date, pending[entry.recordID] ?? entry.date)
        }
    }

    /// A row says what became of the record; the log's entry has nothing to add.
    mutating func acceptRow(of recordID: String) { pending[recordID] = nil }

    /// What no row reported, oldest first.
    var left: [DeleteLog.Entry] {
        pending.map { DeleteLog.Entry(recordID: $0.key, date: $0.value) }
            .sorted { ($0.date, $0.recordID) < ($1.date, $1.recordID) }
    }

    mutating func doubt(_ entries: [DeleteLog.Entry]) { unverified = entries }

    /// Drops the entries whose deletions are known.
    mutating func acceptKnown(_ states: [String: LedgerState]) {
        unverified = unverified.filter { entry in
            states[entry.recordID].map { !$0.isDeleted || $0.stamp < entry.date } ?? true
        }
    }

    mutating func finishVerifying() { unverified = [] }

    /// The log counts for nothing, as its entries can't be verified.
    mutating func failVerifying() {
        unverified = []
        state = .failed
    }
}
