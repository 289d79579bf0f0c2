import Domain
import Primitives

/// Asks what was stored lately: at the start, and where news of several instances can't be told apart.
struct ActivityLoad: Sendable {
    private static let pause: Int64 = 2000
    private static let pauseAfterFailure: Int64 = 5000

    /// Whether anything was answered; until then no rate would be true.
    private(set) var isKnown = false
    private var token = 0
    private var isOutstanding = false
    private var isStale = true
    private var notBefore = Timestamp.distantPast
    /// The last answer counted up to here.
    private var upTo: Timestamp?

    mutating func invalidate() { isStale = true }

    mutating func reset() {
        let token = token + 1
        self = ActivityLoad()
        self.token = token
    }

    mutating func nextLoad(_ id: InstanceID, at now: Timestamp) -> Command? {
        guard isStale, !isOutstanding, now >= notBefore else { return nil }
        isStale = false
        isOutstanding = true
        notBefore = now.advanced(byMilliseconds: Self.pause)
        token += 1
        let start = Activity.start(at: now)
        return .loadActivity(token: token, id, since: max(start, upTo.map(Activity.slotStart) ?? start))
    }

    /// Whether somebody still waits for this answer.
    mutating func accept(token: Int, isAnswer: Bool, at now: Timestamp) -> Bool {
        guard token == self.token else { return false }
        isOutstanding = false
        guard isAnswer else {
            isStale = true
            notBefore = now.advanced(byMilliseconds: Self.pauseAfterFailure)
            return false
        }
        isKnown = true
        upTo = now
        return true
    }

    var nextDeadline: Timestamp? { isStale && !isOutstanding ? notBefore : nil }
}
