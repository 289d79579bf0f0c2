package import Primitives

extension InstanceConfiguration {
    /// The settings as the API's keys and texts; secrets in clear (see `maskedSettings`). Empty optional ones are left out.
    package var settings: [(key: String, value: String)] {
        var out = ConfigurationKey.allCases.map { ($0.rawValue, $0.setting.read(self)) }.filter { !$0.1.isEmpty }
        out += others.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return out.map { (key: $0.0, value: $0.1) }
    }

    /// The same with every secret as `********`.
    package var maskedSettings: [(key: String, value: String)] {
        settings.map { key, value in
            (key, Self.isSecret(key) ? secretMask : value)
        }
    }

    /// Whether a setting is shown masked and stored encrypted; unknown keys whose name says that they hold a secret are too.
    package static func isSecret(_ key: String) -> Bool {
        if let known = ConfigurationKey(rawValue: key) { return known.isSecret }
        let key = key.lowercased()
        return key.contains("password") || key.contains("secret") || key.contains("token") || key.contains("private")
    }

    /// These settings laid over `base`: single keys are merged, null sets a key back to its default.
    ///
    /// - Throws: `ConfigurationRejected` with every fault found; nothing is half-applied.
    package init(
        merging members: [JSON.Member],
        over base: InstanceConfiguration = .init()
    ) throws(ConfigurationRejected) {
        var result = base
        var issues: [ConfigurationIssue] = []
        for member in members {
            guard let key = ConfigurationKey(rawValue: member.name) else {
                if member.value == .null {
                    result.others[member.name] = nil
                } else {
                    result.others[member.name] = member.value.settingText ?? member.value.text
                }
                continue
            }
            if key.isSecret, member.value.string == secretMask { continue }
            if let issue = result.set(key, to: member.value) { issues.append(issue) }
        }
        issues += result.issues.filter { issue in !issues.contains { $0.key == issue.key } }
        guard issues.isEmpty else { throw ConfigurationRejected(issues) }
        self = result
    }

    /// Reads one setting; nil if it was taken.
    package mutating func set(_ key: ConfigurationKey, to value: JSON) -> ConfigurationIssue? {
        let setting = key.setting
        // What stands for a secret is no value that could be held against the rules of one.
        if let path = setting.secret, value.string == secretMask {
            self[keyPath: path] = Secret(secretMask)
            return nil
        }
        if case .array = value, setting.kind != .objects {
            return ConfigurationIssue(key, "\(setting.label) takes one value, not a list.")
        }
        if case .object = value, key != .callbackHeaders {
            return ConfigurationIssue(key, "\(setting.label) takes a text, not an object.")
        }
        return setting.write(&self, value).map { ConfigurationIssue(key, "\(setting.label) \($0).") }
    }

    /// Names parted by commas, or a list; blanks and repeats go.
    package static func objectNames(_ value: JSON) -> [String] {
        let parts =
            value.array?.map { $0.string ?? "" }
            ?? (value.string ?? "").split(separator: ",").map(String.init)
        var seen: Set<String> = []
        return parts.map(\.trimmed).filter { !$0.isEmpty && seen.insert($0.lowercased()).inserted }
    }
}
