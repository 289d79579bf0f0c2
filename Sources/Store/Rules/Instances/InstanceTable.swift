package import Domain
import Primitives

/// The instances of a store, which are few and asked for by every webhook: kept in memory, as of the last commit.
package struct InstanceTable: Sendable {
    private var instances: [InstanceID: Instance] = [:]

    package init(_ instances: some Sequence<Instance> = []) {
        for instance in instances { self[instance.id] = instance }
    }

    package subscript(id: InstanceID) -> Instance? {
        get { instances[id] }
        set { instances[id] = newValue }
    }

    /// Oldest first.
    package var all: [Instance] { instances.values.sorted { $0.id < $1.id } }

    /// The instance that an `Element` token names. Compared in constant time, and an empty token names none.
    package func instance(elementToken token: String) -> Instance? {
        instances.values.first { $0.token.matches(token) }
    }

    /// - Throws: the sentence for whoever writes to an instance that is gone.
    package func require(_ id: InstanceID) throws(StoreError) {
        guard instances.index(forKey: id) != nil else {
            throw StoreError(.gone, "Instance \(id) doesn't exist (any more).")
        }
    }

    /// What the deliveries say that a deletion ended.
    package static let deletionReason = "the instance was deleted"
}
