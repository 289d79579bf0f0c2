/// What all services of an org go by: its configuration, which tests change while it lives, and its address.
final class OrgSettings {
    var configuration: SimulatedOrgConfiguration
    /// The address that tokens name as `instance_url`.
    var instanceURL: String

    init(_ configuration: SimulatedOrgConfiguration) {
        self.configuration = configuration
        instanceURL = configuration.instanceURL ?? "http://127.0.0.1"
    }

    /// Whether an object has logs of updates and of deletions.
    func isReplicated(_ type: ObjectType) -> Bool {
        type.isBusinessObject && !configuration.unreplicated.contains(type.name)
    }
}
