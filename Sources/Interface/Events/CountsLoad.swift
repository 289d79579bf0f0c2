import Domain
import Primitives

/// The totals of the event list, asked for at most twice a second and one request at a time; those that take long less often,
/// so that counting many events again and again never takes much of the machine.
struct CountsLoad: Sendable {
    private static let pause: Int64 = 500
    /// How much longer than a request the pause after it is.
    private static let rest: Int64 = 4

    private(set) var value: EventCounts?
    private var token: Int
    private var isOutstanding = false
    private var isStale = true
    private var begin = Timestamp.distantPast
    private var notBefore = Timestamp.distantPast

    /// Two loads that go on side by side have tokens of their own: odd ones and even ones.
    init(hasEvenTokens: Bool = false) { token = hasEvenTokens ? 0 : -1 }

    mutating func invalidate() { isStale = true }

    /// Forgets the numbers, for instance because another instance is shown, and asks for others from a moment on.
    mutating func reset(notBefore moment: Timestamp = .distantPast) {
        value = nil
        isStale = true
        isOutstanding = false
        notBefore = moment
        token += 2
    }

    mutating func nextLoad(_ filter: EventFilter, at now: Timestamp) -> Command? {
        guard isStale, !isOutstanding, now >= notBefore else { return nil }
        isStale = false
        isOutstanding = true
        begin = now
        notBefore = now.advanced(byMilliseconds: Self.pause)
        token += 2
        return .loadCounts(token: token, filter)
    }

    mutating func accept(token: Int, _ result: Result<EventCounts, Failure>, at now: Timestamp) {
        guard token == self.token else { return }
        isOutstanding = false
        notBefore = max(notBefore, now.advanced(byMilliseconds: Self.rest * max(0, now.since(begin))))
        if case .success(let counts) = result { value = counts }
    }

    var nextDeadline: Timestamp? { isStale && !isOutstanding ? notBefore : nil }
}
