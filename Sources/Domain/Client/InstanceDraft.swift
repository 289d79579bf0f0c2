/// What a person or an API client wants an instance to be; nothing of it is applied before all of it is valid.
package struct InstanceDraft: Sendable, Hashable {
    package var name: String
    package var tags: [String]
    package var configuration: InstanceConfiguration
    /// `providerData.code`: the authorization code from the redirect, used once.
    package var authorizationCode: String?
    /// The PKCE verifier and redirect address that belong to the code, where Signalbox made the authorize URL.
    package var codeVerifier: String?

    package init(
        name: String,
        tags: [String] = [],
        configuration: InstanceConfiguration,
        authorizationCode: String? = nil,
        codeVerifier: String? = nil
    ) {
        self.name = name
        self.tags = tags
        self.configuration = configuration
        self.authorizationCode = authorizationCode
        self.codeVerifier = codeVerifier
    }
}
