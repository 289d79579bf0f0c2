package import Domain
package import Primitives
package import Salesforce

/// A webhook as it came in: its headers of the Standard Webhooks specification, where it has them, and its bytes.
package struct ReceivedWebhook: Sendable {
    /// Longer ids are cut: they only have to tell one message from another.
    private static let longestID = 256

    package var id: String?
    package var timestamp: String?
    package var signature: String?
    package var body: [UInt8]

    package init(id: String?, timestamp: String?, signature: String?, body: [UInt8]) {
        self.id = id
        self.timestamp = timestamp
        self.signature = signature
        self.body = body
    }

    /// Checks the signature against the secrets; any of them will do.
    package func verify(
        _ secrets: [Secret],
        allowsUnsigned: Bool,
        now: Timestamp
    ) throws(StandardWebhooks.Refusal) {
        // A half-signed request is no unsigned one: something on the way dropped a header.
        if allowsUnsigned, id == nil, timestamp == nil, signature == nil { return }
        try StandardWebhooks.verify(
            id: id,
            timestamp: timestamp,
            signature: signature,
            body: body,
            keys: secrets.compactMap { StandardWebhooks(secret: $0) },
            now: now
        )
    }

    package func parsed() throws(MalformedBody) -> WebhookBody {
        var parsed = try MalformedBody.parsing { () throws(WebhookBody.Fault) in try WebhookBody.parse(body) }
        parsed.messageID = id.map { String($0.prefix(Self.longestID)) }
        return parsed
    }
}
