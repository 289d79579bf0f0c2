import Domain
import Primitives

/// The instance that was on the screen last, of each node whose dashboard this is: ids mean something on their own node alone.
struct ShownInstanceMemory: MemoryPart {
    static let name = "place"
    /// Nodes of which it is known; the one that was looked at longest ago gives way.
    static let mostNodes = 50
    /// Characters of a node's URL; of a longer one nothing is kept.
    static let longestURL = 2000

    private struct Place: Sendable, Hashable {
        let node: String
        let instance: InstanceID
    }

    /// That of the own data directory.
    private var own: InstanceID?
    /// Those of the nodes that `--attach` named, the latest last.
    private var elsewhere: [Place] = []

    init() {}

    init(_ json: JSON) {
        own = json["instance"]?.integer
        for member in json["nodes"]?.members ?? [] {
            if let instance = member.value.integer { record(instance, at: member.name) }
        }
    }

    var json: JSON {
        var members = own.map { [JSON.Member("instance", .integer($0))] } ?? []
        if !elsewhere.isEmpty {
            members.append(.init("nodes", .object(elsewhere.map { .init($0.node, .integer($0.instance)) })))
        }
        return .object(members)
    }

    /// The last one at a node; nil names that of the data directory.
    func instance(at node: String?) -> InstanceID? {
        guard let node else { return own }
        return elsewhere.first { $0.node == node }?.instance
    }

    mutating func record(_ instance: InstanceID, at node: String?) {
        guard let node else { return own = instance }
        guard !node.isEmpty, node.count <= Self.longestURL else { return }
        elsewhere.removeAll { $0.node == node }
        elsewhere.append(Place(node: node, instance: instance))
        if elsewhere.count > Self.mostNodes { elsewhere.removeFirst() }
    }
}
