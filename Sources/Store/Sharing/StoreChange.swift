/// A change of what each node of a shared store keeps in memory, as its log has it.
package struct StoreChange: Sendable, Hashable {
    package enum Kind: Int64, Sendable, Hashable {
        /// A node came or went, or told its addresses.
        case nodes = 1
        /// An instance, or the store's own work, is held by another node.
        case lease = 2
        case object = 3
        case sender = 4
        /// An instance was made, changed or deleted, or where its records count from.
        case instance = 5
        /// Deliveries of an instance may go now.
        case due = 6
        /// A callback is held, or not any more.
        case callbackHold = 7
        /// Secrets are sealed with another key.
        case key = 8
        /// A node refused a webhook of an instance that it does not hold.
        case refusal = 9
        /// Secrets or tokens of the management API were changed, of which each node has a copy.
        case sharedFile = 10
    }

    package let kind: Kind
    /// What of the kind it is; 0: all of it.
    package let reference: Int64

    package init(_ kind: Kind, _ reference: Int64 = 0) {
        self.kind = kind
        self.reference = reference
    }
}
