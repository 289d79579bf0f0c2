import Domain

/// The settings of an instance, as bodies give them.
enum SettingsShape {
    /// Unknown keys are kept as they are sent.
    static let schema = Schema.object(
        members: ConfigurationKey.allCases.map { key in
            (key.rawValue, value(key).described(description(key)))
        }
    ).named("Configuration")

    /// What one setting takes: booleans and numbers may come as texts, and null takes it back to its default.
    static func value(_ key: ConfigurationKey) -> Schema {
        let fresh = InstanceConfiguration()
        return switch key {
        case .eventsEnabled: flag(fresh.eventsEnabled)
        case .filterNulls: flag(fresh.filterNulls)
        case .reportTouches: flag(fresh.reportTouches)
        case .unsignedWebhooks: flag(fresh.unsignedWebhooks)
        case .deployApex: flag(fresh.deployApex)
        case .refreshInterval:
            number(InstanceConfiguration.intervalRange).defaulting(to: .integer(fresh.refreshInterval))
        case .reconcileMinutes: number(0...10_080)
        case .missingPercent: number(1...100).defaulting(to: .integer(fresh.missingPercent))
        case .batchSize: number(1...20).defaulting(to: .integer(fresh.batchSize))
        case .eventType: Schema.words(["polling", "webhook", "webhooks"]).defaulting(to: "polling").nullable
        case .grantType: Schema.words(GrantType.self).nullable
        case .objects:
            Schema.any(of: [
                .text.described("API names, parted by commas."), .list(of: .text(1...80), atMost: 200), .null,
            ]).defaulting(to: .string(InstanceConfiguration.defaultObjects.joined(separator: ",")))
        case .baseURL: Schema.text.defaulting(to: .string(InstanceConfiguration.defaultBaseURL)).nullable
        case .firstRun: Schema.text.defaulting(to: "now").nullable
        case .callbackURL, .signatureKey, .apiKey, .apiSecret, .oauthCallbackURL, .oauthScope, .refreshToken, .username,
            .password, .privateKey:
            Schema.text.nullable
        }
    }

    private static func description(_ key: ConfigurationKey) -> String {
        switch key {
        case .refreshInterval, .reconcileMinutes: key.label + ", in minutes."
        case .missingPercent: key.label + ", in percent."
        case .batchSize: key.label + "; at most 10 with polling."
        default: key.label + (key.isSecret ? ". ******** leaves it as it is." : ".")
        }
    }

    private static func flag(_ value: Bool) -> Schema {
        Schema([
            "type": ["boolean", "string", "null"], "pattern": "^([Tt]rue|[Ff]alse|[Yy]es|[Nn]o|)$",
            "default": .bool(value),
        ])
    }

    private static func number(_ range: ClosedRange<Int>) -> Schema {
        Schema([
            "type": ["integer", "string", "null"], "pattern": "^[0-9]*$", "minimum": .integer(range.lowerBound),
            "maximum": .integer(range.upperBound),
        ])
    }
}
