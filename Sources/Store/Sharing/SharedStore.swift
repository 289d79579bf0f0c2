package import Domain

/// The side of a store that several nodes work on at once: who works for which instance, and what the others did.
///
/// Every node takes in what orgs post, for any instance, and answers reads. All else of an instance is the work of one node
/// at a time, which *holds* it: it polls, keeps the token fresh, delivers, replays and deploys, so that the order of a
/// record's notifications, breakers, limits and sessions need no agreement between nodes. A node holds an instance by a lease,
/// a row of the store:
///
/// - A lease is given in a transaction under the turn, to one node at a time. A node whose share isn't full takes what is free.
/// - It lasts for as long as its node gives signs of life by the store's clock; one sign counts for all of them. A node that
///   got no answer for somewhat less, by its own clock that nobody sets, does nothing more until it gets one.
/// - Each write of a holder's is refused where the lease is another's by then: that is looked up in the same transaction.
///   A node that was thought dead and comes back is refused everything.
/// - Whoever gives an instance back has ended its work first, so that nothing of it is under way twice.
///
/// News are pulled; what isn't pulled yet is merged. Nothing is lost where a hint between nodes is: everything that they say
/// is read from the store's own rows, at least four times a second.
package protocol SharedStore: Sendable {
    /// Whether this node holds the instance now.
    func isHeld(_ id: InstanceID) -> Bool
    /// Who holds it; nil where nobody does for the moment, or there is no such instance.
    func holder(of id: InstanceID) -> StoreNode?
    /// All nodes at work, oldest first, as the last look showed them.
    var nodes: [StoreNode] { get }
    /// The instances that a node holds, in their order.
    func instances(of node: Int64) -> [InstanceID]
    /// Whether another node's sign of life is overdue, as the last look showed it: it hangs, or has ended without a word.
    func isSilent(_ node: Int64) -> Bool
    /// Milliseconds since the last sign of life of each node, by the store's clock.
    func signsOfLife() async throws -> [Int64: Int64]
    /// Instances whose callbacks are held by their holders, which are other nodes.
    var callbacksHeldElsewhere: Set<InstanceID> { get }

    /// Waits for the next news. Instances that a node has from its start on are in the first ones.
    func next() async throws -> SharedNews
    /// Releases an instance. Its work here has ended: nothing of it is under way, and nothing waits to be stored.
    func release(_ id: InstanceID) async throws
    /// Looks at once whether others changed an instance or made one; true where they did. `next` says which.
    func catchUp() async throws -> Bool
    /// Where others reach this node's listeners.
    func announce(management: String, receiver: String) async throws
    /// Lets the others know that a callback is held, or not any more.
    func publish(isCallbackHeld: Bool, of id: InstanceID) async throws
    /// Lets the node that holds an instance know that a webhook of it was refused here; only the newest counts.
    func publish(_ refusal: SharedRefusal, of id: InstanceID) async throws
}

/// A webhook that was refused by a node which does not hold its instance.
package struct SharedRefusal: Sendable, Hashable {
    /// Who may have sent it, by the engine's name for that.
    package let sender: String
    package let reason: String

    package init(sender: String, reason: String) {
        self.sender = sender
        self.reason = reason
    }
}

/// One run of one process at a store.
package struct StoreNode: Sendable, Hashable {
    /// Greater than that of each node before it.
    package let number: Int64
    package let name: String
    package let version: String
    /// Of its management API, for other nodes.
    package let management: String
    package let receiver: String
    /// ISO 8601.
    package let started: String
    package let isOwn: Bool
    /// The instances that it holds.
    package var instances: Int

    package init(
        number: Int64,
        name: String,
        version: String,
        management: String,
        receiver: String,
        started: String,
        isOwn: Bool,
        instances: Int = 0
    ) {
        self.number = number
        self.name = name
        self.version = version
        self.management = management
        self.receiver = receiver
        self.started = started
        self.isOwn = isOwn
        self.instances = instances
    }
}

/// What became different since the last news.
package struct SharedNews: Sendable, Hashable {
    /// Held here from now on: their work begins.
    package var acquired: [InstanceID] = []
    /// More than this node's share: to be released, each when its work has ended.
    package var surplus: [InstanceID] = []
    /// Made, changed or deleted by another node.
    package var changed: Set<InstanceID> = []
    package struct Stored: Sendable, Hashable {
        package let count: Int
        /// The newest event of all.
        package let last: Int64

        package init(count: Int, last: Int64) {
            self.count = count
            self.last = last
        }
    }

    /// Events that others stored.
    package var stored: Stored?
    /// Of those, notifications of instances that are held here, which may go now.
    package var ready: [Int64] = []
    /// Instances held here whose events others took in.
    package var heard: Set<InstanceID> = []
    /// Webhooks of instances held here that others refused.
    package var refused: [InstanceID: SharedRefusal] = [:]
    /// What is due may be more than what is in `ready`.
    package var isDue = false
    /// Others moved deliveries, or wrote anything else.
    package var isWritten = false
    /// Other nodes came or went, or hold other instances.
    package var isShifted = false

    package init() {}

    package var isEmpty: Bool { self == SharedNews() }
}
