import Domain

/// What an instance must be like for an event source to report its changes.
struct SourceNeeds: Sendable, Hashable {
    /// The event types with which the source is at work.
    var eventTypes: Set<EventType>
    /// The grants whose sessions it can use.
    var grants = Set(GrantType.allCases)
    /// Settings without which it can't begin.
    var settings: [ConfigurationKey] = []

    /// Whether the instance is to report its changes by this source now.
    func areWanted(by instance: Instance) -> Bool {
        instance.isActive && eventTypes.contains(instance.configuration.eventType)
    }

    /// Why these settings, which ask for this source, can't be applied; empty if they can, or don't ask for it.
    func issues(_ configuration: InstanceConfiguration) -> [ConfigurationIssue] {
        let type = configuration.eventType
        guard configuration.eventsEnabled, eventTypes.contains(type) else { return [] }
        var found: [ConfigurationIssue] = []
        if !grants.contains(configuration.effectiveGrant) {
            let others = grants.map(\.words).sorted().joined(separator: ", ")
            found.append(
                ConfigurationIssue(
                    .grantType,
                    "Event type \(type.rawValue) does not work with the OAuth grant type "
                        + "\(configuration.effectiveGrant.words); choose one of \(others)."
                )
            )
        }
        for key in settings where key.setting.read(configuration).isEmpty {
            found.append(
                ConfigurationIssue(key, "\(key.label) is empty; event type \(type.rawValue) can't begin without it.")
            )
        }
        return found
    }
}
