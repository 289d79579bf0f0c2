package import Primitives

/// Leads the moment of a retry over to a clock that was set while nothing ran.
package enum RetryClock {
    /// When the delivery goes out, by the clock as it is set now. `due` is as it is stored, by the clock of the last program,
    /// which was set by `step` milliseconds while that ran; `lastEnd` is the end of the delivery's own last attempt.
    ///
    /// What a delivery was told to wait is the span from the end of its last attempt, and it waits no longer than that.
    /// Where the clock was set between the two, that span says nothing.
    package static func settled(_ due: Timestamp, lastEnd: Timestamp?, step: Int64, now: Timestamp) -> Timestamp {
        let due = due.advanced(byMilliseconds: step)
        guard due > now, let lastEnd else { return due }
        let wait = due.since(lastEnd)
        guard wait > 0 else { return due }
        return min(due, now.advanced(byMilliseconds: wait))
    }
}
