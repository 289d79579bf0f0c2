package import Primitives

/// How a replay ended: what a person asked for beside the delivery's own attempts.
package struct ReplayOutcome: Sendable, Hashable {
    /// When the attempt began.
    package let at: Timestamp
    package let milliseconds: Int
    package let outcome: AttemptOutcome

    package init(at: Timestamp, milliseconds: Int, outcome: AttemptOutcome) {
        self.at = at
        self.milliseconds = milliseconds
        self.outcome = outcome
    }

    package var verdict: ReplayVerdict { outcome.isSuccess ? .succeeded : .failed }
}

/// The words of `replay:` in a filter.
package enum ReplayVerdict: String, Sendable, Hashable, CaseIterable {
    case succeeded
    case failed
}
