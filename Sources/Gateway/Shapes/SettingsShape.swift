import Domain
import Primitives

/// The settings of an instance, as bodies give them.
enum SettingsShape {
    /// Unknown keys are kept as they are sent, less what `UnknownSetting` takes for a mistake.
    static let schema = JSONSchema.object(
        members: ConfigurationKey.allCases.map { key in
            (key.rawValue, value(key.setting).described(description(key.setting)))
        }
    ).named("Configuration")

    /// What one setting takes: booleans and numbers may come as texts, and null takes it back to its default.
    static func value(_ setting: Setting) -> JSONSchema {
        let standard = setting.standard
        let schema =
            switch setting.kind {
            case .flag:
                JSONSchema([
                    "type": ["boolean", "string", "null"], "pattern": "^([Tt]rue|[Ff]alse|[Yy]es|[Nn]o|)$",
                    "default": .bool(standard == "true"),
                ])
            case .number(let range, _): number(range, Int(standard))
            // Cloud Elements' documents spell one event type in two ways.
            case .choice(let words):
                JSONSchema.words(words.contains("webhooks") ? words + ["webhook"] : words).nullable
            case .objects:
                JSONSchema.any(of: [
                    .text.described("API names, separated by commas."), .list(of: .text(1...80), atMost: 200), .null,
                ]).defaulting(to: .string(InstanceConfiguration.defaultObjects.joined(separator: ",")))
            case .text, .start: JSONSchema.text.nullable
            }
        switch setting.kind {
        case .choice, .text, .start:
            return standard.isEmpty ? schema : schema.defaulting(to: .string(standard))
        case .flag, .number, .objects: return schema
        }
    }

    private static func description(_ setting: Setting) -> String {
        switch setting.kind {
        case .number(_, let unit): "\(setting.label), in \(unit). \(setting.help)"
        default: "\(setting.label). \(setting.help)" + (setting.secret != nil ? " ******** leaves it as it is." : "")
        }
    }

    private static func number(_ range: ClosedRange<Int>, _ standard: Int?) -> JSONSchema {
        let schema = JSONSchema([
            "type": ["integer", "string", "null"], "pattern": "^[0-9]*$", "minimum": .integer(range.lowerBound),
            "maximum": .integer(range.upperBound),
        ])
        return standard.map { schema.defaulting(to: .integer($0)) } ?? schema
    }
}
