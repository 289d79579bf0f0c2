import Crypto
import Domain
import HTTPTypes

extension HTTPField.Name {
    static let webhookID = known("webhook-id")
    static let webhookTimestamp = known("webhook-timestamp")
    static let webhookSignature = known("webhook-signature")
}

/// Verifies webhooks signed in the Standard Webhooks way: HMAC-SHA256 over `id.timestamp.body`, base64, `v1,` before it.
struct WebhookVerifier: Sendable {
    /// Seconds that a timestamp may be off, either way.
    static let tolerance: Int64 = 300

    private let keys: [(key: SymmetricKey, expires: Timestamp?)]

    /// Takes the current secret of the instance and the one before it.
    init(_ instance: Instance) {
        var keys: [(SymmetricKey, Timestamp?)] = []
        if let key = Self.key(instance.receiverSecret) { keys.append((key, nil)) }
        if let previous = instance.previousReceiverSecret.flatMap(Self.key) {
            keys.append((previous, instance.previousReceiverSecretExpires))
        }
        self.keys = keys.map { (key: $0.0, expires: $0.1) }
    }

    /// The end of a refusal, as a sentence; nil if the body is what the holder of the secret sent.
    func fault(id: String, timestamp: String, signature: String, body: [UInt8], now: Timestamp) -> String? {
        guard let sent = Int64(timestamp) else { return "webhook-timestamp is not a number of seconds." }
        guard sent > now.seconds - Self.tolerance - 1, sent < now.seconds + Self.tolerance + 1 else {
            return "webhook-timestamp is more than five minutes off; sign each request anew and check the clock."
        }
        let prefix = Array("\(id).\(timestamp).".utf8)
        let claims = signature.split(separator: " ").prefix(8).compactMap { claim in
            claim.hasPrefix("v1,") ? Base64.decode(String(claim.dropFirst(3))) : nil
        }
        for (key, expires) in keys where expires.map({ now <= $0 }) ?? true {
            var code = HMAC<SHA256>(key: key)
            code.update(data: prefix)
            code.update(data: body)
            let expected = Array(code.finalize())
            if claims.contains(where: { ConstantTime.equal($0, expected) }) { return nil }
        }
        return "webhook-signature does not match the body; sign with the secret that GET /instances/{id}/webhook shows."
    }

    private static func key(_ secret: String) -> SymmetricKey? {
        guard secret.hasPrefix("whsec_"), let bytes = Base64.decode(String(secret.dropFirst(6))) else { return nil }
        return SymmetricKey(data: bytes)
    }
}
