import Domain
import FoundationEssentials
import JWTKit

/// The signed claim of the JWT bearer grant: RS256, valid for three minutes.
struct JWTAssertion: JWTPayload {
    var iss: IssuerClaim
    var sub: SubjectClaim
    var aud: AudienceClaim
    var exp: ExpirationClaim

    func verify(using algorithm: some JWTAlgorithm) async throws { try exp.verifyNotExpired() }

    static func make(_ configuration: InstanceConfiguration, now: Timestamp) async throws -> String {
        guard !configuration.username.isEmpty else {
            throw SalesforceError(
                .authorization,
                "The JWT flow needs the Salesforce user's name; fill in the user name."
            )
        }
        guard !configuration.privateKey.contains("ENCRYPTED") else {
            throw SalesforceError(
                .authorization,
                "The private key is protected by a passphrase; give it without one (openssl pkey -in KEY -out PLAIN)."
            )
        }
        let key: Insecure.RSA.PrivateKey
        do {
            key = try Insecure.RSA.PrivateKey(pem: configuration.privateKey)
        } catch {
            throw SalesforceError(
                .authorization,
                "The private key is not an RSA key in PEM form (-----BEGIN PRIVATE KEY-----); paste the whole file."
            )
        }
        let keys = JWTKeyCollection()
        await keys.add(rsa: key, digestAlgorithm: .sha256)
        let claims = JWTAssertion(
            iss: IssuerClaim(value: configuration.apiKey),
            sub: SubjectClaim(value: configuration.username),
            aud: AudienceClaim(value: configuration.baseURL),
            exp: ExpirationClaim(value: Date(timeIntervalSince1970: Double(now.seconds + 180)))
        )
        return try await keys.sign(claims)
    }
}
