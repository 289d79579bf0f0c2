import Domain
import Primitives

extension ConfigurationShape {
    static let schema = JSONSchema.object([
        "id": .id, "key": .text, "name": .text, "propertyValue": .text.described("A secret is ********."),
        "active": .flag, "internal": .flag, "secret": .flag,
    ]).named("Setting")

    /// A setting that went back to being empty.
    static let unsetSchema = JSONSchema.object(["key": .text, "propertyValue": .null]).named("UnsetSetting")

    /// The entry as it was read, with another value.
    static let changeSchema = JSONSchema.object(
        [
            "propertyValue": JSONSchema(["type": ["string", "number", "boolean", "array", "null"]])
                .described("As the setting takes it under configuration.")
        ],
        optional: [
            "id": .anything, "key": .anything, "name": .anything, "active": .anything, "internal": .anything,
            "secret": .anything,
        ]
    ).named("SettingChange")
}
