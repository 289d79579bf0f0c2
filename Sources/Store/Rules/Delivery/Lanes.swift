package import Domain

/// Deliveries that carry the same record of the same instance go out strictly one after another.
///
/// A lane's rows are the open deliveries that carry its record. At most one is not waiting; it is the head, and behind it
/// come the waiting ones, oldest first. A notification of several records stands in several lanes and goes out when it heads
/// them all: the oldest waiting one always can, so lanes never block each other for good.
package enum Lanes {
    /// The first of a lane: the one that is not waiting, or else the oldest.
    package struct Head: Sendable, Hashable {
        package let id: Int64
        package let isWaiting: Bool

        package init(id: Int64, isWaiting: Bool) {
            self.id = id
            self.isWaiting = isWaiting
        }
    }

    /// Where a new delivery begins. `isBusy` says whether any of its lanes has a delivery.
    package static func beginning(hasCallback: Bool, isBusy: @autoclosure () throws -> Bool) rethrows -> DeliveryState {
        guard hasCallback else { return .none }
        return try isBusy() ? .waiting : .queued
    }

    /// The deliveries that may go now that others have left these lanes: each lane's oldest, where it heads all of its lanes.
    ///
    /// `heads` and `deliveries` read what is stored after the others have left. No two of those found share a lane, so that
    /// they may be written in any order.
    package static func freed(
        _ records: [String],
        heads: ([String]) throws -> [String: Head],
        deliveries: ([Int64]) throws -> [StoredDelivery]
    ) rethrows -> [StoredDelivery] {
        let first = try heads(records)
        var seen: Set<Int64> = []
        let candidates = records.compactMap { first[$0] }.filter { $0.isWaiting && seen.insert($0.id).inserted }
        if candidates.isEmpty { return [] }
        let waiting = try deliveries(candidates.map(\.id))
        let others = Set(waiting.flatMap(\.records)).subtracting(records)
        let all = first.merging(others.isEmpty ? [:] : try heads(Array(others))) { known, _ in known }
        return waiting.filter { delivery in
            delivery.records.allSatisfy { all[$0].map { $0.isWaiting && $0.id == delivery.id } ?? true }
        }
    }
}
