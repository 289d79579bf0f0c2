import Crypto
package import Domain
package import EngineAPI
package import Primitives
package import Salesforce

extension ReceivedWebhook {
    /// Bytes; of a longer id its hash is kept, as it only has to tell one message from another.
    private static let longestID = 256

    private static func kept(_ id: String) -> String {
        id.utf8.count <= longestID ? id : "sha256:" + Base64.encode(SHA256.hash(data: Array(id.utf8)))
    }

    /// Checks the signature against the secrets; any of them will do.
    package func verify(_ secrets: [Secret], allowsUnsigned: Bool, now: Timestamp) throws(ReceiverRefusal) {
        try verify(secrets.compactMap { StandardWebhooks(secret: $0) }, allowsUnsigned: allowsUnsigned, now: now)
    }

    func verify(_ keys: [StandardWebhooks], allowsUnsigned: Bool, now: Timestamp) throws(ReceiverRefusal) {
        // A half-signed request is no unsigned one: something on the way dropped a header.
        if allowsUnsigned, id == nil, timestamp == nil, signature == nil { return }
        do {
            try StandardWebhooks.verify(
                id: id,
                timestamp: timestamp,
                signature: signature,
                body: body,
                keys: keys,
                now: now
            )
        } catch {
            // It may have been signed before it was encoded.
            if let coding { throw .encoded(coding) }
            throw .unverified(error.description)
        }
    }

    /// To be verified before: then the headers are signed, or there are none.
    package func parsed() throws(ReceiverRefusal) -> WebhookBody {
        if let coding { throw .encoded(coding) }
        do {
            var parsed = try WebhookBody.parse(body)
            parsed.messageID = id.map { Self.kept($0) }
            parsed.sentAt = timestamp.flatMap { Int64($0) }.map { Timestamp(seconds: $0) }
            return parsed
        } catch { throw .malformed(error.message) }
    }
}

extension OutboundMessage {
    /// The changes that a received message reports.
    package static func received(_ bytes: [UInt8]) throws(ReceiverRefusal) -> WebhookBody {
        do { return try parse(bytes) } catch { throw .malformed(error.message) }
    }
}
