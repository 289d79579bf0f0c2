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

    @Test(arguments: [(0, 2, 0), (1, 2, 1), (4, 2, 2), (5, 2, 3), (5, 1, 5), (2, 3, 1)])
    func `a share is the instances by the nodes, rounded up`(_ instances: Int, _ nodes: Int, _ share: Int) {
        var leases = leases()
        for id in 0..<instances { leases[InstanceID(id + 1)] = 0 }
        #expect(leases.share(of: nodes) == share)
    }

    @Test func `a node takes what is free up to its share, and no more`() {
        #expect(leases(0, 0, 0, 0).available(of: 1, nodes: 1) == [1, 2, 3, 4])
        #expect(leases(0, 0, 0, 0).available(of: 1, nodes: 2) == [1, 2])
        #expect(leases(1, 0, 2, 0).available(of: 1, nodes: 2) == [2])
        #expect(leases(1, 1, 2, 0).available(of: 1, nodes: 2) == [])
        #expect(leases(2, 2).available(of: 1, nodes: 2) == [])
    }

    @Test func `the store's own lease is taken beside the share, and counts for none`() {
        var leases = leases(1, 2)
        #expect(leases.all(of: 1) == [1] && leases.count == 2)
        leases[InstanceLeases.keeping] = 0
        #expect(leases.available(of: 2, nodes: 2) == [InstanceLeases.keeping])
    }

    @Test func `a node gives back what is more than its share`() {
        #expect(leases(1, 1, 1, 1).surplus(of: 1, nodes: 2) == 2)
        #expect(leases(1, 1, 1).surplus(of: 1, nodes: 2) == 1)
        #expect(leases(1, 1, 2).surplus(of: 1, nodes: 2) == 0)
        #expect(leases(2, 2).surplus(of: 1, nodes: 2) == 0)
    }

    @Test(arguments: 1...5) func `whatever nodes come and go, giving and taking ends with nothing free`(_ nodes: Int64)
    {
        var leases = InstanceLeases()
        for id in 1...13 { leases[InstanceID(id)] = 1 }
        for node in 1...nodes {
            for id in leases.all(of: node).sorted().prefix(leases.surplus(of: node, nodes: Int(nodes))) {
                leases[id] = 0
            }
        }
        for node in 1...nodes { for id in leases.available(of: node, nodes: Int(nodes)) { leases[id] = node } }
        #expect(!leases.holders.values.contains(0))
        let shares = (1...nodes).map { leases.all(of: $0).count }
        #expect(shares.allSatisfy { $0 <= leases.share(of: Int(nodes)) })
        #expect((1...nodes).allSatisfy { leases.surplus(of: $0, nodes: Int(nodes)) == 0 })
    }
}
