extension OrgState {
    /// The user that a JWT bearer assertion speaks for, once its claims and signature hold.
    func assertedUser(_ assertion: String?) throws(OAuthProblem) -> String {
        guard let assertion else { throw OAuthProblem("invalid_request", "assertion is missing") }
        let parts = assertion.split(separator: ".", omittingEmptySubsequences: false).map { String($0) }
        guard parts.count == 3, let head = Self.part(parts[0]), let claims = Self.part(parts[1]),
            head["alg"]?.text == "RS256", let signature = Base64.decode(parts[2])
        else { throw OAuthProblem("invalid_grant", "invalid assertion") }
        guard claims["iss"]?.text == configuration.clientID else { throw .client }
        let logins = ["https://login.salesforce.com", "https://test.salesforce.com", instanceURL]
        guard let audience = claims["aud"]?.text, logins.contains(where: { audience.hasPrefix($0) }) else {
            throw OAuthProblem("invalid_grant", "Audience validation failed")
        }
        // Some clients write the expiry as a string.
        guard let expiry = claims["exp"]?.double ?? claims["exp"]?.text.flatMap({ Double($0) }), expiry > Double(now),
            expiry <= Double(now + 600)
        else { throw OAuthProblem("invalid_grant", "assertion expired") }
        guard (claims["sub"] ?? claims["prn"])?.text == configuration.username else {
            throw OAuthProblem("invalid_grant", "user hasn't approved this consumer")
        }
        if let pem = configuration.jwtPublicKey {
            guard let key = RSAPublicKey(pem: pem), key.verifies(signature, of: Array("\(parts[0]).\(parts[1])".utf8))
            else {
                throw OAuthProblem("invalid_grant", "invalid assertion")
            }
        }
        return integrationUser
    }

    private static func part(_ text: String) -> JSON? {
        Base64.decode(text).flatMap { try? JSON(parsing: $0) }
    }
}
