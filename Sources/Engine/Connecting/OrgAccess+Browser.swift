import Domain
import EngineAPI
import Salesforce

extension OrgAccess {
    /// Begins an authorization in the browser. Masked secrets are those of `current`.
    func begin(
        _ configuration: InstanceConfiguration,
        current: InstanceConfiguration?
    ) throws -> BrowserAuthorization {
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
            connector.authorizeURL(configuration, state: state, codeChallenge: challenge)
        }
    }
}
