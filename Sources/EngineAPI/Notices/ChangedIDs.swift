/// Ids to look at again, or "all" once there would be too many to name.
struct ChangedIDs: Sendable {
    let limit: Int
    private(set) var ids: Set<Int64> = []
    private(set) var isAll = false

    init(limit: Int) { self.limit = limit }

    var isEmpty: Bool { !isAll && ids.isEmpty }

    mutating func insert(_ id: Int64) {
        guard !isAll else { return }
        ids.insert(id)
        if ids.count > limit { insertAll() }
    }

    /// Covers what came before and what comes until it is taken.
    mutating func insertAll() {
        isAll = true
        ids.removeAll(keepingCapacity: true)
    }

    /// The smallest id; nil where there is none, or where it is all of them.
    mutating func popFirst() -> Int64? {
        guard let first = ids.min() else { return nil }
        ids.remove(first)
        return first
    }

    mutating func removeAll() {
        isAll = false
        ids.removeAll(keepingCapacity: true)
    }
}
