import Primitives

/// The reads of rows that a poll has planned, one after the other; the first of them is under way.
///
/// Invariants: a read leaves the queue once what it found is in the outbox, with the cursors that it earned, or when the poll
/// fails; only the current one changes.
struct ReadQueue: Sendable {
    private var reads: [ObjectPoll.Read] = []
    /// What was read last; closing reads, which go on with what is known, don't count.
    private(set) var lastKind: ObjectPoll.Read.Kind?

    var current: ObjectPoll.Read? { reads.first }
    var isEmpty: Bool { reads.isEmpty }
    /// Whether any of them goes along with the log of deletions.
    var readsLog: Bool { reads.contains(where: \.readsLog) }

    // MARK: Planning

    mutating func plan(_ planned: [ObjectPoll.Read]) { reads = planned }

    /// Puts a read behind the current one.
    mutating func insertNext(_ read: ObjectPoll.Read) { reads.insert(read, at: 1) }

    /// Begins the current read later.
    mutating func begin(at lower: Timestamp) {
        reads[0].lower = lower
        reads[0].from = lower
    }

    /// Ends the current read earlier.
    mutating func end(at upper: Timestamp) { reads[0].upper = upper }

    // MARK: Progress

    mutating func update(_ read: ObjectPoll.Read) { reads[0] = read }

    /// Drops the current read, as there is nothing to read for it.
    mutating func dropCurrent() { reads.removeFirst() }

    /// Goes to the next read; what the one was that is done.
    mutating func finish() -> ObjectPoll.Read.Kind? {
        let kind = reads.isEmpty ? nil : reads.removeFirst().kind
        if kind != .closing { lastKind = kind }
        return kind
    }

    mutating func abandon() { reads = [] }
}
