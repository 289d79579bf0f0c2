import Domain
import Primitives

/// How a callback does, out of the outcomes of its latest attempts: failing or not, and the one that shows it.
///
/// A busy callback that refuses one of many is not failing, and a screen that called it so would flicker between two
/// states many times a second. So a failure counts only where at least half of the attempts that ended in the seconds
/// before it failed as well. A success says at once that the callback works.
struct CallbackTrend: Sendable, Hashable {
    struct Outcome: Sendable, Hashable {
        var outcome: AttemptOutcome
        var milliseconds: Int
        /// When it ended.
        var at: Timestamp

        init(_ attempt: Attempt) {
            outcome = attempt.outcome
            milliseconds = attempt.milliseconds
            at = attempt.endedAt
        }
    }

    /// Milliseconds before the newest outcome that are looked at.
    static let span: UInt64 = 10_000
    /// The most outcomes that are looked at.
    static let limit = 32

    /// The newest outcome that says how the callback is; nil before the first.
    private(set) var shown: Outcome?
    private var recent: [(at: Timestamp, isSuccess: Bool)] = []

    mutating func record(_ newest: Outcome) {
        if recent.count == Self.limit { recent.removeFirst() }
        recent.append((newest.at, newest.outcome.isSuccess))
        if newest.outcome.isSuccess || isFailing { shown = newest }
    }

    /// Whether at least half of those around the newest failed.
    private var isFailing: Bool {
        guard let newest = recent.last else { return false }
        // Clocks are set; what seems to be of the future is as near as what is of the past.
        let near = recent.filter { newest.at.since($0.at).magnitude <= Self.span }
        return near.count { !$0.isSuccess } * 2 >= near.count
    }

    static func == (left: CallbackTrend, right: CallbackTrend) -> Bool {
        left.shown == right.shown && left.recent.elementsEqual(right.recent, by: ==)
    }

    func hash(into hasher: inout Hasher) { hasher.combine(shown) }
}
