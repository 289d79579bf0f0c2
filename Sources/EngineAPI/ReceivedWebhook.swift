/// A webhook as it came in: its headers of the Standard Webhooks specification, where it has them, and its bytes.
package struct ReceivedWebhook: Sendable {
    package static let idHeader = "webhook-id"
    package static let timestampHeader = "webhook-timestamp"
    package static let signatureHeader = "webhook-signature"

    package var id: String?
    package var timestamp: String?
    package var signature: String?
    package var body: [UInt8]
    /// How the body is encoded, where it is not as it stands.
    package var coding: String?

    package init(id: String?, timestamp: String?, signature: String?, body: [UInt8], coding: String? = nil) {
        self.id = id
        self.timestamp = timestamp
        self.signature = signature
        self.body = body
        self.coding = coding
    }
}
