package import Domain

/// What the writer keeps in memory between commits; a value, so that a failed transaction simply puts the old one back.
package struct WriterState: Sendable {
    package var nextSequence: Int64 = 1
    package var nextInstance: Int64 = 1
    /// By lower-case name.
    package var objects: [String: Int64] = [:]
    /// As they were first spelled, by number from 1 on.
    package var objectNames: [String] = []
    package var senders: [Sender: Int64] = [:]
    package var instances = InstanceTable()
    /// What secrets are sealed with, and what they were sealed with before, since the store was opened. Nil where there are
    /// none.
    package var secrets: SecretBox?
    package var formerSecrets: [SecretBox] = []
    /// Of a store that several nodes share: how many changes of what they all keep in memory this state knows of, who holds
    /// what, who there is, and the last webhook of each instance that was refused elsewhere than at its holder.
    package var epoch: Int64 = -1
    package var leases = InstanceLeases()
    package var nodes: [StoreNode] = []
    package var heldCallbacks: Set<InstanceID> = []
    package var refusals: [InstanceID: SharedRefusal] = [:]
    /// Such changes that this transaction makes, and those of others that it found.
    package var changes: [StoreChange] = []
    package var found: [StoreChange] = []
    /// What this transaction moves in the counters.
    package var counters = FacetChanges()
    /// What this transaction adds to the times of blocks.
    package var times = TimeBlocks()

    package init() {}

    /// Who a notification says that it comes from, as it stood when it was made.
    package struct Sender: Sendable, Hashable {
        package let instance: InstanceID
        package let name: String
        package let tags: String

        package init(instance: InstanceID, name: String, tags: String) {
            self.instance = instance
            self.name = name
            self.tags = tags
        }
    }
}
