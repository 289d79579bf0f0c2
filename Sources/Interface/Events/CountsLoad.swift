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
    private(set) var value: EventCounts?
    private var token: Int
    private var pace = LoadPace(pause: 500, rest: 4)

    init(_ use: CountsUse = .totals) { token = use == .matches ? 0 : -1 }

    mutating func invalidate() { pace.invalidate() }
    mutating func restart() { pace.restart() }

    /// Forgets the numbers, for instance because another instance is shown, and asks for others from a moment on.
    mutating func reset(notBefore moment: Timestamp = .distantPast) {
        value = nil
        pace.restart(notBefore: moment)
        token += 2
    }

    mutating func nextLoad(_ filter: EventFilter, at now: Timestamp) -> Command? {
        guard pace.begin(at: now) else { return nil }
        token += 2
        return .loadCounts(token: token, filter)
    }

    mutating func accept(token: Int, _ result: Result<EventCounts, Failure>, at now: Timestamp) {
        guard token == self.token else { return }
        pace.end(result, at: now)
        if case .success(let counts) = result { value = counts }
    }

    var nextDeadline: Timestamp? { pace.nextDeadline }
}
