/// A node that works on a shared store, as the nodes show it.
package struct NodeStanding: Sendable, Hashable {
    package let name: String
    package let version: String
    /// Addresses of its listeners; empty until they are known.
    package let management: String
    package let receiver: String
    /// ISO 8601.
    package let started: String
    /// Instances that it polls and delivers.
    package let instances: Int
    /// Whether it is the one that says so.
    package let isOwn: Bool

    package init(
        name: String,
        version: String,
        management: String,
        receiver: String,
        started: String,
        instances: Int,
        isOwn: Bool
    ) {
        self.name = name
        self.version = version
        self.management = management
        self.receiver = receiver
        self.started = started
        self.instances = instances
        self.isOwn = isOwn
    }
}
