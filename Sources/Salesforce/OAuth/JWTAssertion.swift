import Domain
import FoundationEssentials
import JWTKit
import Primitives

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
        // What was stored by a version that looked less closely.
        if let clause = SigningKeyText.fault(in: configuration.privateKey.exposed) { throw refused(clause) }
        let key: Insecure.RSA.PrivateKey
        do {
            key = try Insecure.RSA.PrivateKey(pem: configuration.privateKey.exposed)
        } catch {
            // It has the form of a key, and its numbers belong to none.
            throw refused(SigningKeyText.damaged)
        }
        let keys = JWTKeyCollection()
        await keys.add(rsa: key, digestAlgorithm: .sha256)
        let claims = JWTAssertion(
            iss: IssuerClaim(value: configuration.apiKey.exposed),
            sub: SubjectClaim(value: configuration.username),
            aud: AudienceClaim(value: configuration.baseURL),
            exp: ExpirationClaim(value: Date(timeIntervalSince1970: Double(now.seconds + 180)))
        )
        do {
            return try await keys.sign(claims)
        } catch {
            throw refused(SigningKeyText.damaged)
        }
    }

    private static func refused(_ clause: some StringProtocol) -> SalesforceError {
        SalesforceError(.authorization, "\(ConfigurationKey.privateKey.label) \(clause).")
    }
}
