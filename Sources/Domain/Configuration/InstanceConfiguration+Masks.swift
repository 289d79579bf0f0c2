extension InstanceConfiguration {
    /// Where its secrets are.
    package static let secrets = ConfigurationKey.allCases.compactMap(\.setting.secret)

    /// The same with every secret that is set as `********`, for whoever fills in the form. The consumer key is left: it is
    /// sealed on disk and masked by the API, as the original did, but it names an app and opens nothing by itself.
    package var masked: InstanceConfiguration {
        var copy = self
        for path in Self.secrets where path != \.apiKey && !copy[keyPath: path].isEmpty {
            copy[keyPath: path] = Secret(secretMask)
        }
        for (key, value) in maskedSettings where copy.others[key] != nil { copy.others[key] = value }
        return copy
    }
}
