import Primitives

/// How the log of updates is asked, where the org did not take the first question.
///
/// Invariant: the end only comes nearer, and the start is set later once at most, so that the questions come to an end.
struct UpdateLogReading: Sendable {
    /// It held too much for a later end.
    private var limit: Timestamp?
    /// It was asked from later on than wanted.
    var isShort = false

    /// The end to ask for.
    func end(from start: Timestamp, to latest: Timestamp) -> Timestamp {
        guard let limit, limit > start else { return latest }
        return min(limit, latest)
    }

    /// Asks for half of the span, in whole minutes; false where it is too short for that.
    mutating func halve(from start: Timestamp, to end: Timestamp) -> Bool {
        guard end.since(start) > 120_000 else { return false }
        limit = Timestamp(seconds: start.seconds + (end.seconds - start.seconds) / 120 * 60)
        return true
    }
}
