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

    /// `now` says what is counted, `due` whether it is time to ask; without `due`, both clocks say the same.
    mutating func nextLoad(_ id: InstanceID, at now: Timestamp, due: Timestamp? = nil) -> Command? {
        let due = due ?? now
        guard isStale, !isOutstanding, due >= notBefore else { return nil }
        isStale = false
        isOutstanding = true
        notBefore = due.advanced(byMilliseconds: Self.pause)
        token += 1
        let start = Activity.start(at: now)
        // Where the clock was set back, the last answer says nothing of what lies behind it now.
        let known = upTo.flatMap { $0 <= now ? Activity.slotStart($0) : nil }
        return .loadActivity(token: token, id, since: max(start, known ?? start))
    }

    /// Whether somebody still waits for this answer.
    mutating func accept(token: Int, isAnswer: Bool, at now: Timestamp, due: Timestamp? = nil) -> Bool {
        guard token == self.token else { return false }
        isOutstanding = false
        guard isAnswer else {
            isStale = true
            notBefore = (due ?? now).advanced(byMilliseconds: Self.pauseAfterFailure)
            return false
        }
        isKnown = true
        upTo = now
        return true
    }

    var nextDeadline: Timestamp? { isStale && !isOutstanding ? notBefore : nil }
}
