import Domain
import Primitives
import Salesforce

extension SourceBatch {
    /// The changes that a body reports.
    init(_ body: WebhookBody, receivedAt: Timestamp) {
        self.init(
            source: body.source,
            observations: body.observations(receivedAt: receivedAt),
            receivedAt: receivedAt,
            envelope: body.envelope,
            messageID: body.lacksStamps ? body.messageID : nil
        )
    }
}
