import Domain
import Primitives

/// Since when attempts are under way here, for whoever reads deliveries for a person: of that nothing is stored, so that it
/// costs no write.
///
/// An attempt that takes long is news, one that ends at once is not: `tick` says which are.
final class SendingTimes: Sendable {
    private struct State {
        var since: [Int64: Timestamp] = [:]
        /// Begun since the last tick, and between the two before.
        var fresh: Set<Int64> = []
        var recent: Set<Int64> = []
        var isTicking = false
    }

    private let state = Locked(State())

    /// Whether somebody has to call `tick` from now on, until that says that it is enough.
    func begin(_ id: Int64, at moment: Timestamp) -> Bool {
        state.withLock { state in
            state.since[id] = moment
            state.fresh.insert(id)
            defer { state.isTicking = true }
            return !state.isTicking
        }
    }

    func end(_ id: Int64) {
        state.withLock { state in
            state.since[id] = nil
            state.fresh.remove(id)
            state.recent.remove(id)
        }
    }

    /// Those that have been under way for at least the time between two ticks, each once.
    func tick() -> (slow: [Int64], goesOn: Bool) {
        state.withLock { state in
            let slow = state.recent.sorted()
            state.recent = state.fresh
            state.fresh = []
            state.isTicking = !state.recent.isEmpty
            return (slow, state.isTicking)
        }
    }

    var isEmpty: Bool { state.withLock { $0.since.isEmpty } }

    /// An open delivery with the moment since which an attempt of it is under way, if one is.
    func shown(_ delivery: Delivery) -> Delivery {
        guard delivery.state.isOpen, let since = state.withLock({ $0.since[delivery.notificationID] }) else {
            return delivery
        }
        var shown = delivery
        shown.sendingSince = since
        return shown
    }
}
