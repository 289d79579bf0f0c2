package import Domain
package import Primitives

/// What a person or an API client wants an instance to be; nothing of it is applied before all of it is valid.
package struct InstanceDraft: SecretBearing, Sendable, Hashable {
    package var name: String
    package var tags: [String]
    package var configuration: InstanceConfiguration
    /// `providerData.code`: the authorization code from the redirect, used once.
    package var authorizationCode: Secret?
    /// The PKCE verifier and redirect address that belong to the code, where Signalbox made the authorize URL.
    package var codeVerifier: Secret?
    /// Names a granted `BrowserAuthorization`, in place of a code; its verifier and redirect address go with it.
    package var authorizationState: String?
    /// Asks the org for access again, even if no setting changed.
    package var connectsAnew: Bool
    /// It is meant that the credentials lead to another org than before: its ledger then begins anew.
    package var allowsOtherOrganization: Bool
    /// `InstanceOverview.updatedDate` of the settings that it was made of: it is refused (`conflict`) where they have changed
    /// since. Nil where it shall count in any case.
    package var basis: Timestamp?

    package init(
        name: String,
        tags: [String] = [],
        configuration: InstanceConfiguration,
        authorizationCode: Secret? = nil,
        codeVerifier: Secret? = nil,
        authorizationState: String? = nil,
        connectsAnew: Bool = false,
        allowsOtherOrganization: Bool = false,
        basis: Timestamp? = nil
    ) {
        self.name = name
        self.tags = tags
        self.configuration = configuration
        self.authorizationCode = authorizationCode
        self.codeVerifier = codeVerifier
        self.authorizationState = authorizationState
        self.connectsAnew = connectsAnew
        self.allowsOtherOrganization = allowsOtherOrganization
        self.basis = basis
    }
}
