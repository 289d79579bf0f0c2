import Crypto
import CryptoExtras
import Domain
import Primitives

/// The signed claim of the JWT bearer grant: RS256, valid for three minutes.
///
/// Form: RFC 7515 (JWS) and RFC 7523; the claims are those that Salesforce asks for
/// (help.salesforce.com, "OAuth 2.0 JWT Bearer Flow for Server-to-Server Integration").
enum JWTAssertion {
    private static let lifetime: Int64 = 180

    static func make(_ configuration: InstanceConfiguration, now: Timestamp) throws(SalesforceError) -> String {
        guard !configuration.username.isEmpty else {
            throw SalesforceError(
                .authorization,
                "The JWT flow needs the Salesforce user's name; fill in the user name."
            )
        }
        // What was stored by a version that looked less closely.
        if let clause = SigningKeyText.fault(in: configuration.privateKey.exposed) { throw refused(clause) }
        let header = JSON.object([JSON.Member("alg", "RS256"), JSON.Member("typ", "JWT")])
        let claims = JSON.object([
            JSON.Member("iss", .string(configuration.apiKey.exposed)),
            JSON.Member("sub", .string(configuration.username)),
            JSON.Member("aud", .string(configuration.baseURL)),
            JSON.Member("exp", .integer(now.seconds.adding(saturating: lifetime))),
        ])
        let signed = [header, claims].map { Base64.encodeURLSafe(Array($0.text.utf8)) }.joined(separator: ".")
        do {
            let key = try _RSA.Signing.PrivateKey(pemRepresentation: configuration.privateKey.exposed)
            let signature = try key.signature(
                for: SHA256.hash(data: Array(signed.utf8)),
                padding: .insecurePKCS1v1_5
            )
            return "\(signed).\(Base64.encodeURLSafe(Array(signature.rawRepresentation)))"
        } catch {
            // It has the form of a key, and its numbers belong to none.
            throw refused(SigningKeyText.damaged)
        }
    }

    private static func refused(_ clause: some StringProtocol) -> SalesforceError {
        SalesforceError(.authorization, "\(ConfigurationKey.privateKey.label) \(clause).")
    }
}
