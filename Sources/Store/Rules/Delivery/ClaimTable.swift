/// Which owner has which delivery in hand, so that no two post the same one.
///
/// An owner is one run of one process, named anew at each start: its name is its own fence, as nobody else ever answers under
/// it. A claim is its owner's until it is released, its outcome is stored, or another owner takes it over after the owner's
/// time. That time is the owner's as a whole and moves on with each claim; an owner that is late but robbed of nothing has
/// lost nothing. Moments are of a clock that nobody sets, from wherever it counts.
package struct ClaimTable: Sendable {
    private var owners: [Int64: ClaimOwner] = [:]
    private var ends: [ClaimOwner: Duration] = [:]

    package init() {}

    /// Claims what nobody else has. What the owner has already it keeps.
    ///
    /// - Returns: those of the deliveries that are the owner's now, in their order.
    package mutating func claim(_ ids: [Int64], for owner: ClaimOwner, now: Duration, until: Duration) -> [Int64] {
        ends[owner] = until
        return ids.filter { id in
            if let other = owners[id], other != owner, isAlive(other, now) { return false }
            owners[id] = owner
            return true
        }
    }

    /// Gives back what is still the owner's; nothing of another's.
    package mutating func release(_ ids: some Sequence<Int64>, of owner: ClaimOwner) {
        for id in ids where owners[id] == owner { owners[id] = nil }
    }

    /// Gives back all that the owner has: it ends.
    package mutating func releaseAll(of owner: ClaimOwner) {
        owners = owners.filter { $0.value != owner }
        ends[owner] = nil
    }

    /// Whether the delivery is in the hands of somebody else, so that this owner may not claim it.
    package func isTaken(_ id: Int64, from owner: ClaimOwner, now: Duration) -> Bool {
        guard let other = owners[id], other != owner else { return false }
        return isAlive(other, now)
    }

    /// Whether another owner has the delivery in hand by now: what this one still learns of it comes late.
    package func isLost(_ id: Int64, to owner: ClaimOwner) -> Bool { owners[id].map { $0 != owner } ?? false }

    private func isAlive(_ owner: ClaimOwner, _ now: Duration) -> Bool { ends[owner].map { $0 > now } ?? false }
}
