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

    /// What a node may hold among all that there are, so that no two differ by more than one: what is left over is of those that
    /// hold most already, so that nothing moves to and fro between equals.
    package func share(of node: Int64, among nodes: [Int64]) -> Int {
        let (counts, each, rest) = parts(nodes)
        let own = counts[node] ?? 0
        let before = counts.filter { other, count in
            other != node && count > each && (count > own || count == own && other < node)
        }
        return before.count < rest ? each + 1 : each
    }

    /// What a node may acquire now: the store's own where it is free, and free instances up to a share that it would not have to
    /// give back.
    package func available(of node: Int64, among nodes: [Int64]) -> [InstanceID] {
        let free = holders.filter { $0.value == 0 }.keys.sorted()
        let (counts, each, rest) = parts(nodes)
        let ahead = counts.filter { $0.key != node && $0.value > each }.count
        let room = max(0, (ahead < rest ? each + 1 : each) - (counts[node] ?? 0))
        return free.filter { $0 == Self.keeping } + free.filter { $0 != Self.keeping }.prefix(room)
    }

    /// How many a node holds beyond its share.
    package func surplus(of node: Int64, among nodes: [Int64]) -> Int {
        max(0, all(of: node).count - share(of: node, among: nodes))
    }

    /// What each of the nodes holds now; what each is to hold at least, and how many of them one more.
    private func parts(_ nodes: [Int64]) -> (counts: [Int64: Int], each: Int, rest: Int) {
        var counts = Dictionary(nodes.map { ($0, 0) }, uniquingKeysWith: { $1 })
        for (id, holder) in holders where id != Self.keeping { counts[holder]? += 1 }
        return (counts, count / max(nodes.count, 1), count % max(nodes.count, 1))
    }
}
