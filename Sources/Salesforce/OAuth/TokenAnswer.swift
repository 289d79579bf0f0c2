package import Domain
package import Primitives

/// What the token endpoint gave.
package struct TokenAnswer: Sendable, Hashable, SecretBearing {
    package let accessToken: Secret
    package let refreshToken: Secret?
    package let instanceURL: String
    package let organizationID: String?
    package let userID: String?
    package let issuedAt: Timestamp?

    package init(_ answer: HTTPAnswer, grant: GrantType? = nil) throws(SalesforceError) {
        guard answer.isSuccess else { throw OAuthFailure.error(answer, grant: grant) }
        guard let json = try? JSON(parsing: answer.body),
            let token = json["access_token"]?.string, !token.isEmpty,
            let instance = json["instance_url"]?.string, HTTPAddress.fault(in: instance) == nil,
            let origin = Self.origin(of: instance)
        else {
            throw OAuthFailure.notALogin(answer)
        }
        self.accessToken = Secret(token)
        self.refreshToken = json["refresh_token"]?.string.flatMap { $0.isEmpty ? nil : Secret($0) }
        self.instanceURL = origin
        // `https://login.salesforce.com/id/{org}/{user}`; the token itself begins with the org's 15 characters.
        let identity = json["id"]?.string?.split(separator: "/") ?? []
        let fromToken = token.firstIndex(of: "!").map { String(token[..<$0]) }
        self.organizationID =
            (identity.count >= 2 ? SalesforceID(String(identity[identity.count - 2])) : nil)?.text
            ?? fromToken.flatMap { SalesforceID($0)?.text }
        self.userID = identity.last.flatMap { SalesforceID(String($0))?.text }
        self.issuedAt = json["issued_at"]?.integer.map { Timestamp(milliseconds: $0) }
    }

    /// Scheme, host and port. Paths of the REST API begin at the host: behind another path, as sites of the org have, or
    /// behind a query, nothing answers that knows the session.
    private static func origin(of address: String) -> String? {
        guard let scheme = address.firstRange(of: "://"), let authority = HTTPAddress.authority(of: address) else {
            return nil
        }
        return "\(address[..<scheme.upperBound])\(authority)"
    }

    /// A connection of this answer; what it does not say is kept from `old`.
    package func connection(after old: OrgConnection?, now: Timestamp) -> OrgConnection {
        OrgConnection(
            accessToken: accessToken.exposed,
            refreshToken: (refreshToken ?? old?.refreshToken)?.exposed,
            instanceURL: instanceURL,
            organizationID: organizationID ?? old?.organizationID,
            userID: userID ?? old?.userID,
            issuedAt: issuedAt ?? now,
            isSandbox: old?.isSandbox,
            organizationName: old?.organizationName
        )
    }
}
