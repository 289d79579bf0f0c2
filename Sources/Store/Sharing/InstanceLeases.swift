package import Domain

/// Who holds which instance, by the rows of a store; a value, as `WriterState` is.
package struct InstanceLeases: Sendable, Hashable {
    /// The lease of what is done once for all of a store: retention and the index of words.
    package static let keeping: InstanceID = 0

    /// By instance; 0 is nobody.
    package private(set) var holders: [InstanceID: Int64] = [:]

    package init() {}

    package subscript(id: InstanceID) -> Int64? {
        get { holders[id] }
        set { holders[id] = newValue }
    }

    /// Those that a node holds, but for the store's own.
    package func all(of node: Int64) -> Set<InstanceID> {
        Set(holders.lazy.filter { $0.value == node && $0.key != Self.keeping }.map(\.key))
    }

    /// Instances that there are leases of.
    package var count: Int { holders.count - (holders[Self.keeping] == nil ? 0 : 1) }

    /// What each of so many nodes may hold.
    package func share(of nodes: Int) -> Int { (count + max(nodes, 1) - 1) / max(nodes, 1) }

    /// What a node may acquire now: the store's own where it is free, and free instances up to its share.
    package func available(of node: Int64, nodes: Int) -> [InstanceID] {
        let free = holders.filter { $0.value == 0 }.keys.sorted()
        let room = max(0, share(of: nodes) - all(of: node).count)
        return free.filter { $0 == Self.keeping } + free.filter { $0 != Self.keeping }.prefix(room)
    }

    /// How many a node holds beyond its share.
    package func surplus(of node: Int64, nodes: Int) -> Int { max(0, all(of: node).count - share(of: nodes)) }
}
