import Crypto
package import Domain
import EngineAPI
package import Primitives

/// Signs and verifies as the Standard Webhooks specification 1.0.0 says: HMAC-SHA256 over `id.timestamp.body`.
package struct StandardWebhooks: Sendable, Hashable, SecretBearing {
    /// Seconds that a timestamp may be off, either way.
    package static let tolerance: Int64 = 300

    private let key: [UInt8]
    /// HMAC as it begins with the key: what the key alone costs is paid once, not for each message.
    private let begun: HMAC<SHA256>

    /// Accepts a secret with or without its `whsec_`; nil unless the rest is base64.
    package init?(secret: Secret) {
        let text = secret.exposed.hasPrefix("whsec_") ? String(secret.exposed.dropFirst(6)) : secret.exposed
        guard let key = Base64.decode(text) else { return nil }
        self.key = key
        begun = HMAC<SHA256>(key: SymmetricKey(data: key))
    }

    package static func == (left: Self, right: Self) -> Bool { ConstantTime.equal(left.key, right.key) }

    package func hash(into hasher: inout Hasher) { hasher.combine(key) }

    private static let version = Array("v1,".utf8)

    /// `v1,<base64>`.
    package func signature(id: String, timestamp: Int64, body: [UInt8]) -> String {
        "v1," + Base64.encode(mac(id: id, timestamp: timestamp, body: body))
    }

    /// Why a message was refused.
    package enum Refusal: SentenceError, Sendable, Hashable {
        case missingHeader(String)
        case malformedTimestamp
        case stale
        case fromTheFuture
        case noMatch

        package var description: String {
            switch self {
            case .missingHeader(let name): "The header \(name) is missing."
            case .malformedTimestamp: "The header webhook-timestamp is not a number of seconds."
            case .stale: "The signature is older than 5 minutes; check the sender's clock."
            case .fromTheFuture: "The signature is more than 5 minutes in the future; check the sender's clock."
            case .noMatch: "The signature does not match the body and the secret."
            }
        }
    }

    /// Accepts the message if any listed `v1` signature matches any of the keys (several while a secret is being rotated)
    /// and the timestamp is near `now`; throws why not.
    package static func verify(
        id: String?,
        timestamp: String?,
        signature: String?,
        body: [UInt8],
        keys: [StandardWebhooks],
        now: Timestamp
    ) throws(Refusal) {
        guard let id, !id.isEmpty else { throw .missingHeader(ReceivedWebhook.idHeader) }
        guard let timestamp, !timestamp.isEmpty else { throw .missingHeader(ReceivedWebhook.timestampHeader) }
        guard let signature, !signature.isEmpty else { throw .missingHeader(ReceivedWebhook.signatureHeader) }
        guard timestamp.utf8.count <= 15, timestamp.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let seconds = Int64(timestamp)
        else { throw .malformedTimestamp }
        let age = now.seconds - seconds
        guard age <= tolerance else { throw .stale }
        guard age >= -tolerance else { throw .fromTheFuture }
        let given = signature.utf8.split(separator: 0x20).prefix(16)
            .compactMap { part -> [UInt8]? in
                part.starts(with: version) ? Base64.decode(Array(part.dropFirst(version.count))) : nil
            }
        var matches = false
        // Every pair is compared, and each in constant time, so that the time tells nothing about which one fits.
        for key in keys {
            let own = key.mac(id: id, timestamp: seconds, body: body)
            for code in given where own == code { matches = true }
        }
        guard matches else { throw .noMatch }
    }

    /// Over the pieces, so that a body isn't copied for it.
    private func mac(id: String, timestamp: Int64, body: [UInt8]) -> HMAC<SHA256>.MAC {
        var code = begun
        code.update(data: Array("\(id).\(timestamp).".utf8))
        code.update(data: body)
        return code.finalize()
    }
}
