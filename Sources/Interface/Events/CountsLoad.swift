import Domain
import Primitives

/// Whose number of events is counted, as its token tells: each load has tokens of its own, odd ones and even ones, so that no
/// one takes an answer for the other's, and a newer question supersedes only those of the same load.
package enum CountsUse: Sendable, Hashable {
    /// All events of the instance.
    case totals
    /// Those that the filter finds.
    case matches

    package init(token: Int) { self = token.isMultiple(of: 2) ? .matches : .totals }
}

/// The totals of the event list, asked for at most twice a second and one request at a time; those that take long less often,
/// so that counting many events again and again never takes much of the machine.
struct CountsLoad: Sendable {
    private static let pause: Int64 = 500
    private static let pauseAfterFailure: Int64 = 2000
    /// How much longer than a request the pause after it is.
    private static let rest: Int64 = 4

    private(set) var value: EventCounts?
    private var token: Int
    private var isOutstanding = false
    private var isStale = true
    private var begin = Timestamp.distantPast
    private var notBefore = Timestamp.distantPast

    init(_ use: CountsUse = .totals) { token = use == .matches ? 0 : -1 }

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
        switch result {
        case .success(let counts): value = counts
        case .failure:
            isStale = true
            notBefore = max(notBefore, now.advanced(byMilliseconds: Self.pauseAfterFailure))
        }
    }

    var nextDeadline: Timestamp? { isStale && !isOutstanding ? notBefore : nil }
}
