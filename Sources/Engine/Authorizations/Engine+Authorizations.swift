package import Domain
package import EngineAPI
package import Salesforce

extension Engine {
    package func beginAuthorization(
        _ configuration: InstanceConfiguration,
        for id: InstanceID?
    ) async throws -> BrowserAuthorization {
        var current: InstanceConfiguration?
        if let id { current = try await entry(id).instance.configuration }
        let configuration = configuration.unmasked(by: current)
        try check(configuration)
        guard configuration.effectiveGrant == .authorizationCode else {
            throw ClientError(
                .conflict,
                "The grant \(configuration.effectiveGrant.words) needs no browser; "
                    + "set oauth.grant.type to authorization_code to connect with one."
            )
        }
        guard !configuration.apiKey.isEmpty else {
            throw ConfigurationRejected([
                ConfigurationIssue(
                    .apiKey,
                    "Consumer key is missing; copy it from the External Client App in the org's Setup."
                )
            ])
        }
        return try authorizations.begin(configuration) { configuration, state, challenge in
            context.connector.authorizeURL(configuration, state: state, codeChallenge: challenge)
        }
    }

    package func authorization(_ state: String, waiting milliseconds: Int64) async throws -> AuthorizationProgress {
        try await authorizations.progress(of: state, waiting: milliseconds)
    }

    package func completeAuthorization(_ state: String, reply: String) async throws -> AuthorizationProgress {
        try authorizations.take(pasted: reply, for: state)
    }

    package func cancelAuthorization(_ state: String) async throws { authorizations.cancel(state) }

    /// Takes what a redirect brought; false if nothing waits for it.
    package func takeRedirect(_ reply: AuthorizationReply) -> Bool { authorizations.take(reply) }

    /// Tells where redirects reach this process.
    package func takeRedirects(at address: String) { authorizations.takeRedirects(at: address) }
}
