import Primitives

/// How long a span of stamps one query reaches, where the org's queries run too long for all of it.
///
/// Invariants: `end` is what the current query was asked with; a part of a span is halved a few times at most, and all parts of
/// a poll together time out some more, as each may take the org minutes.
struct SpanLimit: Sendable {
    private static let halvingLimit = 4
    private static let timeoutLimit = 16
    private static let dayMilliseconds: Int64 = 86_400_000

    /// Half the span after each timeout; nil: unbounded.
    private(set) var milliseconds: Int64?
    /// Of the part that is being read.
    private var halvings = 0
    private var timeouts = 0
    /// The exclusive end of the part that is being read; nil: all.
    private(set) var end: Timestamp?

    init(_ milliseconds: Int64?) { self.milliseconds = milliseconds }

    var isBounded: Bool { milliseconds != nil }

    /// Begins a query of the read.
    mutating func begin(_ read: ObjectPoll.Read, horizon: Timestamp) { end = partEnd(of: read, horizon) }

    private func partEnd(of read: ObjectPoll.Read, _ horizon: Timestamp) -> Timestamp? {
        guard let milliseconds else { return read.upper }
        let end = read.begin.advanced(byMilliseconds: milliseconds)
        if let upper = read.upper { return min(end, upper) }
        return end > max(read.start, horizon) ? nil : end
    }

    // MARK: Timeouts

    /// Asks for a shorter span from now on. `known`: what polls before this one were given.
    mutating func narrow(_ read: ObjectPoll.Read, known: Int64?, horizon: Timestamp) {
        timeouts += 1
        if let known, let milliseconds, milliseconds > known {
            // Empty years were stepped over in too long a stride.
            self.milliseconds = known
        } else {
            let whole = max(read.start, horizon).since(read.begin) + 1000
            // The org was empty at the start: all the years before its first row are in the span.
            let isLong = read.kind == .backfill || read.kind == .backlog
            let most = isLong ? whole : min(whole, 2 * Self.dayMilliseconds)
            milliseconds = max(1000, (milliseconds ?? most) / 2)
            halvings += 1
        }
    }

    /// The part was halved as often as may be.
    var isShortest: Bool { halvings == Self.halvingLimit }

    /// It may be halved again, as less is asked for in another way.
    mutating func forgetHalvings() { halvings = 0 }

    var isExhausted: Bool { halvings > Self.halvingLimit || timeouts > Self.timeoutLimit }

    // MARK: Progress

    /// Goes on to the next part. Years without a row are stepped over, whatever span the busy days need.
    mutating func finishPart(isEmpty: Bool, known: Int64?) {
        halvings = 0
        milliseconds = isEmpty ? milliseconds.map { min($0, Self.dayMilliseconds * 10_000) * 4 } : known
    }

    /// What the last timeout left is where the next read begins.
    mutating func finishRead(known: Int64?) {
        milliseconds = known
        halvings = 0
    }

    /// What to begin with the next time; without a timeout the org may be quicker by now.
    func widened(_ known: Int64?) -> Int64? {
        timeouts == 0 ? known.flatMap { $0 < Self.dayMilliseconds ? $0 * 2 : nil } : known
    }
}
