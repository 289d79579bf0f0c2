extension InstanceConfiguration {
    /// Where its secrets are.
    package static let secrets = ConfigurationKey.allCases.compactMap(\.setting.secret)

    /// The same with every secret that is set as `********`.
    package var masked: InstanceConfiguration {
        var copy = self
        for path in Self.secrets where !copy[keyPath: path].isEmpty { copy[keyPath: path] = Secret(secretMask) }
        for (key, value) in maskedSettings where copy.others[key] != nil { copy.others[key] = value }
        return copy
    }
}
