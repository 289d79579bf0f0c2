import Domain
import Store
import Testing

/// How nodes share instances out among each other.
struct InstanceLeasesTests {
    /// Instances from 1 on, by their holders; 0 is nobody. The store's own lease is the first node's.
    private func leases(_ holders: Int64...) -> InstanceLeases {
        var leases = InstanceLeases()
        leases[InstanceLeases.keeping] = 1
        for (index, holder) in holders.enumerated() { leases[InstanceID(index + 1)] = holder }
        return leases
    }

    @Test(arguments: [(0, 2, [0, 0]), (1, 2, [1, 0]), (4, 2, [2, 2]), (5, 2, [3, 2]), (6, 4, [2, 2, 1, 1])])
    func `shares differ by one at most`(_ instances: Int, _ nodes: Int, _ shares: [Int]) {
        var leases = leases()
        // All of them are the first node's so far.
        for id in 0..<instances { leases[InstanceID(id + 1)] = 1 }
        let numbers = (1...nodes).map { Int64($0) }
        var moves = 0
        // Each in turn gives back and takes, as it would with the others at work.
        while let mover = numbers.first(where: { leases.surplus(of: $0, among: numbers) > 0 }), moves < 100 {
            leases[leases.all(of: mover).min() ?? 0] = 0
            for number in numbers.reversed() {
                for id in leases.available(of: number, among: numbers) { leases[id] = number }
            }
            moves += 1
        }
        #expect(numbers.map { leases.all(of: $0).count }.sorted(by: >) == shares)
        #expect(moves == instances - shares[0], "each moves once")
    }

    @Test func `a node that comes gets its part, and nobody takes back what was given`() {
        let nodes: [Int64] = [1, 2, 3, 4]
        var leases = leases(1, 1, 2, 2, 3, 3)
        #expect(nodes.map { leases.surplus(of: $0, among: nodes) } == [0, 0, 1, 0])
        leases[5] = 0
        #expect(nodes.map { leases.available(of: $0, among: nodes) } == [[], [], [], [5]])
        leases[5] = 4
        #expect(nodes.map { leases.surplus(of: $0, among: nodes) } == [0, 0, 0, 0])
    }

    @Test func `what is left over is for whoever takes it first`() {
        #expect(leases(1, 2, 0).available(of: 1, among: [1, 2]) == [3])
        #expect(leases(1, 2, 0).available(of: 2, among: [1, 2]) == [3])
        #expect(leases(1, 2, 2).surplus(of: 2, among: [1, 2]) == 0)
    }

    @Test func `a node takes what is free up to its share, and no more`() {
        #expect(leases(0, 0, 0, 0).available(of: 1, among: [1]) == [1, 2, 3, 4])
        #expect(leases(0, 0, 0, 0).available(of: 1, among: [1, 2]) == [1, 2])
        #expect(leases(1, 0, 2, 0).available(of: 1, among: [1, 2]) == [2])
        #expect(leases(1, 1, 2, 0).available(of: 1, among: [1, 2]) == [])
        #expect(leases(2, 2).available(of: 1, among: [1, 2]) == [])
    }

    @Test func `the store's own lease is taken beside the share, and counts for none`() {
        var leases = leases(1, 2)
        #expect(leases.all(of: 1) == [1] && leases.count == 2)
        leases[InstanceLeases.keeping] = 0
        #expect(leases.available(of: 2, among: [1, 2]) == [InstanceLeases.keeping])
    }

    @Test func `a node gives back what is more than its share`() {
        #expect(leases(1, 1, 1, 1).surplus(of: 1, among: [1, 2]) == 2)
        #expect(leases(1, 1, 1).surplus(of: 1, among: [1, 2]) == 1)
        #expect(leases(1, 1, 2).surplus(of: 1, among: [1, 2]) == 0)
        #expect(leases(2, 2).surplus(of: 1, among: [1, 2]) == 0)
    }

    @Test(arguments: 1...5) func `whatever nodes come and go, giving and taking ends with nothing free`(_ nodes: Int64)
    {
        var leases = InstanceLeases()
        let numbers = Array(1...nodes)
        for id in 1...13 { leases[InstanceID(id)] = 1 }
        for node in numbers {
            for id in leases.all(of: node).sorted().prefix(leases.surplus(of: node, among: numbers)) {
                leases[id] = 0
            }
        }
        for node in numbers { for id in leases.available(of: node, among: numbers) { leases[id] = node } }
        #expect(!leases.holders.values.contains(0))
        let shares = numbers.map { leases.all(of: $0).count }
        #expect((shares.max() ?? 0) - (shares.min() ?? 0) <= 1)
        let surplus = numbers.map { leases.surplus(of: $0, among: numbers) }
        #expect(surplus.allSatisfy { $0 == 0 })
    }
}
