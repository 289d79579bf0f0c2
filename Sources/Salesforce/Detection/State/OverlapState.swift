import Primitives

/// How the overlap is read and checked in one poll: see <doc:TheOverlap>.
///
/// Invariants: it is planned once, before its rows are asked for, and only what was planned is checked; that nothing was open
/// up to `covered` counts from the moment on at which the check is over, or at once where there is none.
struct OverlapState: Sendable {
    /// Of the part that is not read again.
    var check: OverlapCheck?
    private(set) var isPlanned = false
    /// Where the oldest transaction began that was open when this poll read the log.
    private(set) var covered: Timestamp?

    /// It is decided what to read of it; all that was planned is in `check`, if there is any.
    mutating func plan() { isPlanned = true }

    /// Reads on without it, as the rows begin later.
    mutating func skip() {
        check = nil
        isPlanned = true
    }

    mutating func acceptCovered(_ moment: Timestamp?) { covered = moment }

    /// Removes the check that is over.
    mutating func finishCheck() -> OverlapCheck? {
        defer { check = nil }
        return check
    }
}
