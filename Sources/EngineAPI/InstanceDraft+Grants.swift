package import Domain

extension InstanceDraft {
    /// What the grant needs and the draft lacks, all of it in one sentence; nil where an org can be asked.
    package var missingForGrant: ConfigurationIssue? {
        let missing = missingKeys
        guard let first = missing.first else { return nil }
        var words = missing.map(words)
        if lacksConsent { words.append("an authorization code (providerData.code, or connect in the browser)") }
        let last = words.removeLast()
        let list = words.isEmpty ? last : words.joined(separator: ", ") + " and " + last
        let verb = words.isEmpty ? "is" : "are"
        return ConfigurationIssue(
            first,
            "\(list.prefix(1).uppercased())\(list.dropFirst()) \(verb) missing: the grant "
                + "\(configuration.effectiveGrant.words) needs \(words.isEmpty ? "it" : "them")"
                + (configuration.grantType == nil ? "; oauth.grant.type chooses another grant." : ".")
        )
    }

    /// What the grant needs and the draft lacks.
    package var missingKeys: [ConfigurationKey] {
        let configuration = configuration
        func empty(_ keys: [(ConfigurationKey, String)]) -> [ConfigurationKey] {
            keys.filter { $0.1.trimmed.isEmpty }.map(\.0)
        }
        let key = (ConfigurationKey.apiKey, configuration.apiKey.exposed)
        let secret = (ConfigurationKey.apiSecret, configuration.apiSecret.exposed)
        switch configuration.effectiveGrant {
        case .authorizationCode:
            // A public app proves itself by PKCE instead.
            let provesItself = codeVerifier != nil || authorizationState != nil
            return empty(provesItself ? [key] : [key, secret])
        case .refreshToken: return empty([key, (.refreshToken, configuration.refreshToken.exposed)])
        case .clientCredentials: return empty([key, secret]) + (configuration.isAtSharedLogin ? [.baseURL] : [])
        case .jwtBearer:
            return empty([key, (.username, configuration.username), (.privateKey, configuration.privateKey.exposed)])
        case .password:
            return empty([key, (.username, configuration.username), (.password, configuration.password.exposed)])
        }
    }

    private var lacksConsent: Bool {
        configuration.effectiveGrant == .authorizationCode && (authorizationCode ?? "").isEmpty
            && authorizationState == nil
    }

    private func words(_ key: ConfigurationKey) -> String {
        key == .baseURL ? "the org's My Domain as endpoint address (base.url)" : "\(key.label) (\(key.rawValue))"
    }
}

extension InstanceConfiguration {
    /// Whether the endpoint address is the login that all orgs share, which knows no org's own app users.
    fileprivate var isAtSharedLogin: Bool {
        ["login.salesforce.com", "test.salesforce.com"].contains(HTTPAddress.authority(of: baseURL)?.lowercased())
    }
}
