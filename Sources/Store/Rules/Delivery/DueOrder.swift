/// In which order due deliveries are handed out.
///
/// Due is what heads its lanes and is queued, or retrying with its moment come; what waits behind another, is claimed by
/// another owner or belongs to a held callback is not.
package enum DueOrder {
    /// The oldest of one instance. Both lists hold at least that many of their kind, where there are so many.
    package static func oldest(queued: [Int64], retrying: [Int64], limit: Int) -> [Int64] {
        Array((queued + retrying).sorted().prefix(limit))
    }

    /// The number at a place between the oldest, 0, and the newest, 1: what is looked for is the nearest at or before it, or
    /// else the newest of all.
    package static func pivot(oldest: Int64, newest: Int64, place: Double) -> Int64 {
        oldest + Int64((Double(newest - oldest) * min(max(place, 0), 1)).rounded())
    }

    /// In rounds of one from each instance, so that every instance that has any is among the first, however many wait of
    /// another; at most `limit`, but one of each in any case.
    package static func rounds(_ instances: [[Int64]], limit: Int) -> [Int64] {
        let each = instances.filter { !$0.isEmpty }
        if each.count == 1 { return each[0] }
        var due: [Int64] = []
        var round = 0
        while due.count < limit, each.contains(where: { $0.count > round }) {
            for ids in each where ids.count > round { due.append(ids[round]) }
            round += 1
        }
        return Array(due.prefix(max(limit, each.count)))
    }
}
