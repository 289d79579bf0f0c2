extension InstanceConfiguration {
    /// Where its secrets are.
    package static let secrets = ConfigurationKey.allCases.compactMap(\.setting.secret)

    /// As whoever fills in the form sees it: every secret that is set as `********`, less those that are shown.
    package var masked: InstanceConfiguration {
        var copy = self
        for setting in ConfigurationKey.allCases.map(\.setting) where !setting.isShown {
            guard let path = setting.secret, !copy[keyPath: path].isEmpty else { continue }
            copy[keyPath: path] = Secret(secretMask)
        }
        for (key, value) in maskedSettings where copy.others[key] != nil { copy.others[key] = value }
        return copy
    }
}
