import Primitives
import Synchronization

/// What the clocks of those say who answer us; the latest of them counts.
final class OtherClocks: Sendable {
    /// Milliseconds from one look to the next: answers come by the thousand.
    private static let every: Int64 = 10_000

    private struct State {
        var lookedAt: Timestamp?
        /// Milliseconds from the clock that nobody sets.
        var ahead: Int64?
    }

    private let state = Mutex(State())

    /// `due` and what is answered are of the clock that nobody sets.
    func hear(at due: Timestamp, _ date: () -> String?) {
        let isTime = state.withLock { state in
            if let last = state.lookedAt, due.since(last) < Self.every { return false }
            state.lookedAt = due
            return true
        }
        guard isTime, let heard = date().flatMap(HTTPDate.parse) else { return }
        let ahead = heard.since(due)
        state.withLock { $0.ahead = max($0.ahead ?? ahead, ahead) }
    }

    /// The latest date that any of them bears now; nil: none was heard.
    func date(at due: Timestamp) -> Timestamp? {
        state.withLock { $0.ahead }.map { due.advanced(byMilliseconds: $0) }
    }
}
