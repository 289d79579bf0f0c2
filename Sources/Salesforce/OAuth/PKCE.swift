import Crypto
package import Domain
import Primitives

/// Proof key for code exchange (RFC 7636, S256) and the state of an authorization request.
package struct PKCE: Sendable, Hashable, SecretBearing {
    package let verifier: Secret

    package init(verifier: String) { self.verifier = Secret(verifier) }

    /// A fresh verifier of 256 random bits.
    package static func random() -> PKCE { PKCE(verifier: randomText()) }

    /// 256 random bits in base64url; also good as `state`.
    package static func randomText() -> String { RandomToken.make(bytes: 32) }

    package var challenge: String { Base64.encodeURLSafe(SHA256.hash(data: Array(verifier.exposed.utf8))) }
}
