package import Primitives

/// One change of one record, as it is stored and delivered.
package struct ChangeEvent: Sendable, Hashable {
    /// Grows with every stored event of this data directory; the key of pages.
    package let sequence: Int64
    /// 20 characters, base64url; the same in every notification, retry and replay.
    package let eventID: String
    package let instanceID: InstanceID
    /// API name, `Account`.
    package let object: String
    /// 18 characters.
    package let recordID: String
    package let change: Change
    package let isUndelete: Bool
    /// The winner, where the record was merged away.
    package let masterRecordID: String?
    package let source: ChangeSource
    /// The record's own stamp (`SystemModstamp`, or the deletion date).
    package let date: Timestamp
    /// When the poll that found it began; nil for webhooks.
    package let pollDate: Timestamp?
    /// When Signalbox stored it.
    package let receivedAt: Timestamp
    /// The record as JSON, values spelled as the org sent them; `{"Id":…}` alone for a hard delete.
    package let record: String
    /// What a webhook's body said beside its records, as JSON members (`operation`, `organizationId`, …); nil for polling.
    package let webhookEnvelope: String?
    /// The record before, where the webhook carried it.
    package let previousRecord: String?
    package let changedFields: [FieldChange]
    /// Whether the former fields were known, so that `changedFields` is all that was seen to differ.
    package let isCompared: Bool
    /// The record's name as the list shows it.
    package let recordName: String?
    package let notificationID: Int64?

    package init(
        sequence: Int64,
        eventID: String,
        instanceID: InstanceID,
        object: String,
        recordID: String,
        change: Change,
        isUndelete: Bool = false,
        masterRecordID: String? = nil,
        source: ChangeSource,
        date: Timestamp,
        pollDate: Timestamp?,
        receivedAt: Timestamp,
        record: String,
        webhookEnvelope: String? = nil,
        previousRecord: String? = nil,
        changedFields: [FieldChange] = [],
        isCompared: Bool? = nil,
        recordName: String?,
        notificationID: Int64?
    ) {
        self.sequence = sequence
        self.eventID = eventID
        self.instanceID = instanceID
        self.object = object
        self.recordID = recordID
        self.change = change
        self.isUndelete = isUndelete
        self.masterRecordID = masterRecordID
        self.source = source
        self.date = date
        self.pollDate = pollDate
        self.receivedAt = receivedAt
        self.record = record
        self.webhookEnvelope = webhookEnvelope
        self.previousRecord = previousRecord
        self.changedFields = changedFields
        self.isCompared = isCompared ?? !changedFields.isEmpty
        self.recordName = recordName
        self.notificationID = notificationID
    }
}
