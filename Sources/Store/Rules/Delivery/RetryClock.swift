package import Primitives

/// Leads the moment of a retry over to a clock that was set while nothing ran, or to another machine's.
package enum RetryClock {
    /// When the delivery goes out, by the clock as it is set now. `due` is as it is stored, by the clock of the last program,
    /// which was set by `step` milliseconds while that ran.
    ///
    /// `wait` is what the delivery was told to wait, in milliseconds: a span, that no clock changes. From now on it waits no
    /// longer than that. The moments of its attempts say nothing of it, as they are of the clock that people set. Nil where it
    /// is not known.
    package static func settled(_ due: Timestamp, wait: Int64?, step: Int64, now: Timestamp) -> Timestamp {
        let due = due.advanced(byMilliseconds: step)
        guard due > now, let wait else { return due }
        return min(due, now.advanced(byMilliseconds: max(0, wait)))
    }
}
