import Domain
import Primitives

/// The settings of an instance as a list of entries with ids, the original's other form of them.
enum ConfigurationShape {
    struct Entry: Sendable {
        let id: Int
        let key: String
        /// Masked where it is a secret.
        let value: String
    }

    /// Known keys have their place in the list of all keys as their id; unknown ones count on from 1001.
    static func entries(_ configuration: InstanceConfiguration) -> [Entry] {
        var unknown = 1000
        return configuration.maskedSettings.map { setting in
            if let key = ConfigurationKey(rawValue: setting.key) {
                return Entry(id: id(of: key), key: setting.key, value: setting.value)
            }
            unknown += 1
            return Entry(id: unknown, key: setting.key, value: setting.value)
        }
    }

    static func id(of key: ConfigurationKey) -> Int { (ConfigurationKey.allCases.firstIndex(of: key) ?? 0) + 1 }

    static func json(_ entry: Entry) -> JSON {
        let key = ConfigurationKey(rawValue: entry.key)
        return [
            "id": .integer(entry.id),
            "key": .string(entry.key),
            "name": .string(key?.label ?? entry.key),
            "propertyValue": .string(entry.value),
            "active": true,
            "internal": false,
            "secret": .bool(entry.value == secretMask),
        ]
    }
}
