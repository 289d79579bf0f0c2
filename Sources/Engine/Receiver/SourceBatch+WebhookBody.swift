import Domain
import Primitives
import Salesforce

extension SourceBatch {
    /// The changes that a body reports.
    init(_ body: WebhookBody, receivedAt: Timestamp) {
        let (observations, lackStamps) = body.sightings(receivedAt: receivedAt)
        self.init(
            source: body.source,
            observations: observations,
            receivedAt: receivedAt,
            sentAt: body.sentAt,
            envelope: body.envelope,
            messageID: lackStamps ? body.messageID : nil,
            webhookID: lackStamps ? nil : body.messageID
        )
    }
}
