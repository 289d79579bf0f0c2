import Crypto
import CryptoExtras
import Primitives

/// The claims and the signature of a JWT bearer grant: RS256, for this app and this user, at most ten minutes ahead.
struct BearerAssertion {
    let configuration: SimulatedOrgConfiguration
    let instanceURL: String
    let now: Stamp

    /// Refuses an assertion whose claims or signature don't hold.
    func check(_ assertion: String?) throws(OAuthError) {
        guard let assertion else { throw OAuthError("invalid_request", "assertion is missing") }
        let parts = assertion.split(separator: ".", omittingEmptySubsequences: false).map { String($0) }
        guard parts.count == 3, let head = Self.part(parts[0]), let claims = Self.part(parts[1]),
            head["alg"]?.string == "RS256", let signature = Base64.decode(parts[2])
        else { throw .assertion }
        guard claims["iss"]?.string == configuration.clientID else { throw .client }
        let logins = ["https://login.salesforce.com", "https://test.salesforce.com", instanceURL]
        guard let audience = claims["aud"]?.string, logins.contains(where: { audience.hasPrefix($0) }) else {
            throw OAuthError("invalid_grant", "Audience validation failed")
        }
        // Some clients write the expiry as a string.
        guard let expiry = claims["exp"]?.double ?? claims["exp"]?.string.flatMap({ Double($0) }), expiry > Double(now),
            expiry <= Double(now + 600)
        else { throw OAuthError("invalid_grant", "assertion expired") }
        guard (claims["sub"] ?? claims["prn"])?.string == configuration.username else {
            throw OAuthError("invalid_grant", "user hasn't approved this consumer")
        }
        guard let pem = configuration.jwtPublicKey else { return }
        guard Self.isSigned("\(parts[0]).\(parts[1])", signature, by: pem) else { throw .assertion }
    }

    /// Whether this is an RSA public key in PEM, of 2,048 bits or more.
    static func isKey(_ pem: String) -> Bool { (try? _RSA.Signing.PublicKey(pemRepresentation: pem)) != nil }

    /// Whether an RS256 signature (RSASSA-PKCS1-v1_5 with SHA-256) of this key fits; a broken key signs nothing.
    static func isSigned(_ text: String, _ signature: [UInt8], by pem: String) -> Bool {
        guard let key = try? _RSA.Signing.PublicKey(pemRepresentation: pem) else { return false }
        return key.isValidSignature(
            _RSA.Signing.RSASignature(rawRepresentation: signature),
            for: SHA256.hash(data: Array(text.utf8)),
            padding: .insecurePKCS1v1_5
        )
    }

    private static func part(_ text: String) -> JSON? {
        Base64.decode(text).flatMap { try? JSON(parsing: $0) }
    }
}
