import Crypto
import Domain
import Primitives

/// `Elements-Webhook-Signature`: `sha256=` and the base64 of the HMAC-SHA256 of the exact body, the key as it was typed.
package enum CallbackSignature {
    package static let headerName = "Elements-Webhook-Signature"
    /// The same by the key before, while it still counts.
    package static let formerHeaderName = "Elements-Webhook-Signature-Previous"

    package static func header(body: [UInt8], key: String) -> String {
        "sha256=" + Base64.encode(mac(body, key))
    }

    /// Compares in constant time; anything that isn't such a header is false.
    package static func verify(_ header: String, body: [UInt8], key: String) -> Bool {
        guard header.hasPrefix("sha256="), let given = Base64.decode(String(header.dropFirst(7))) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(
            given,
            authenticating: body,
            using: SymmetricKey(data: Array(key.utf8))
        )
    }

    private static func mac(_ body: [UInt8], _ key: String) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Array(key.utf8)))
    }
}
