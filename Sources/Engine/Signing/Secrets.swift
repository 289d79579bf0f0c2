package import Domain
import Primitives

/// Makes the secrets of an instance from the system's random source.
package enum Secrets {
    /// The path segment of a receiver address: 192 random bits, safe in a URL.
    package static func receiverToken() -> Secret { Secret(Base64.encodeURLSafe(bytes(24))) }

    /// `whsec_` and 32 random bytes.
    package static func webhookSecret() -> Secret { Secret("whsec_" + Base64.encode(bytes(32))) }

    /// The `Element` token of the API.
    package static func elementToken() -> Secret { Secret(Base64.encodeURLSafe(bytes(32))) }

    private static func bytes(_ count: Int) -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }
}
