import Domain
import Primitives

/// Webhooks under way, by instance: one that sends more than its share leaves room for the others.
final class InstanceSlots: Sendable {
    let limit: Int
    private let underWay = Locked<[InstanceID: Int]>([:])

    init(limit: Int) { self.limit = max(1, limit) }

    /// False where the instance has all that it may have; else to be followed by `leave`.
    func enter(_ id: InstanceID) -> Bool {
        underWay.withLock { underWay in
            let count = underWay[id, default: 0]
            guard count < limit else { return false }
            underWay[id] = count + 1
            return true
        }
    }

    func leave(_ id: InstanceID) {
        underWay.withLock { underWay in
            let count = underWay[id, default: 0] - 1
            underWay[id] = count > 0 ? count : nil
        }
    }

    var count: Int { underWay.withLock { $0.values.reduce(0, +) } }
}
