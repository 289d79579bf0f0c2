import Crypto
import Domain
import FoundationEssentials
import Primitives

/// Checks both signatures of a notification, written from the contract and apart from the code that signs.
struct SignatureCheck: Sendable {
    enum Verdict: String, Sendable, Hashable {
        case valid
        case invalid
        case absent
        /// Signed, but no `--key` (or none of the `whsec_` kind) was given to check with.
        case unchecked
        /// Properly signed, more than five minutes ago.
        case stale
    }

    private static let toleranceSeconds: Int64 = 300

    /// As in the instance's Callback Notification Signature Key; empty: nothing can be checked.
    let key: Secret

    /// Why a notification is refused; nil if it is properly signed, or if there is no key to check it with.
    func refusal(of notification: ReceivedNotification) -> String? {
        guard !key.isEmpty else { return nil }
        let body = notification.body
        let verdicts = [
            elements(header: notification.header("elements-webhook-signature"), body: body),
            // While the key is changed, the former one signs as well.
            elements(header: notification.header("elements-webhook-signature-previous"), body: body),
            standardWebhooks(
                id: notification.header("webhook-id"),
                timestamp: notification.header("webhook-timestamp"),
                signature: notification.header("webhook-signature"),
                body: body,
                now: notification.receivedAt
            ),
        ]
        if verdicts.contains(.stale) {
            return "The notification was signed more than five minutes ago; compare the clocks of both machines."
        }
        if verdicts.contains(.valid) { return nil }
        return verdicts.contains(.invalid)
            ? "The signature doesn't fit the body and --key; give the instance's Callback Notification Signature Key."
            : "The notification isn't signed; set the Callback Notification Signature Key of the instance to that of --key."
    }

    /// `Elements-Webhook-Signature: sha256=<base64 HMAC-SHA256 of the exact body>`.
    func elements(header: String?, body: [UInt8]) -> Verdict {
        guard let header else { return .absent }
        guard !key.isEmpty else { return .unchecked }
        guard header.hasPrefix("sha256="), let code = Base64.decode(String(header.dropFirst(7))) else {
            return .invalid
        }
        let valid = HMAC<SHA256>.isValidAuthenticationCode(
            code,
            authenticating: body,
            using: SymmetricKey(data: Array(key.exposed.utf8))
        )
        return valid ? .valid : .invalid
    }

    /// Standard Webhooks 1.0.0: HMAC-SHA256 of `id.timestamp.body` with the decoded bytes of a `whsec_…` key.
    func standardWebhooks(id: String?, timestamp: String?, signature: String?, body: [UInt8], now: Timestamp) -> Verdict
    {
        guard id != nil || timestamp != nil || signature != nil else { return .absent }
        guard let id, let timestamp, let signature, let seconds = Int64(timestamp) else { return .invalid }
        guard key.exposed.hasPrefix("whsec_"), let secret = Base64.decode(String(key.exposed.dropFirst(6))) else {
            return .unchecked
        }
        let signed = Array("\(id).\(timestamp).".utf8) + body
        let matches = signature.split(separator: " ").contains { part in
            guard part.hasPrefix("v1,"), let code = Base64.decode(String(part.dropFirst(3))) else { return false }
            return HMAC<SHA256>.isValidAuthenticationCode(
                code,
                authenticating: signed,
                using: SymmetricKey(data: secret)
            )
        }
        guard matches else { return .invalid }
        let age = now.seconds.subtracting(saturating: seconds)
        return (-Self.toleranceSeconds...Self.toleranceSeconds).contains(age) ? .valid : .stale
    }
}
