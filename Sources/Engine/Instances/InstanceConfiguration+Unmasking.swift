import Domain

extension InstanceConfiguration {
    /// The same with every mask replaced by what `current` holds there.
    func unmasked(by current: InstanceConfiguration?) -> InstanceConfiguration {
        var copy = self
        for path in Self.secrets where copy[keyPath: path].isMask {
            copy[keyPath: path] = current?[keyPath: path] ?? ""
        }
        for (key, value) in copy.others where value == secretMask { copy.others[key] = current?.others[key] }
        return copy
    }

    /// Whether the org has to be asked again for access with these settings.
    func connectsDifferently(from other: InstanceConfiguration) -> Bool {
        baseURL != other.baseURL || apiKey != other.apiKey || apiSecret != other.apiSecret
            || refreshToken != other.refreshToken || effectiveGrant != other.effectiveGrant
            || username != other.username || password != other.password || privateKey != other.privateKey
    }
}
