package import Domain
package import Primitives

/// What an org's trigger posted, its records kept as the bytes that were sent.
package struct WebhookBody: Sendable, Hashable {
    package struct Record: Sendable, Hashable {
        package var object: String
        /// 18 characters.
        package var recordID: String
        package var fields: RecordFields
        package var previous: RecordFields?
        /// The id of an Outbound Message's notification, the same whenever it is sent.
        package var notificationID: String?

        /// With what is gone since `previous` as null: Apex leaves nulls out when it writes a record.
        var fieldsWithNulls: RecordFields {
            guard let previous else { return fields }
            let names = Set(fields.fields.map(\.name))
            let gone = previous.fields.filter { !names.contains($0.name) }
            return gone.isEmpty ? fields : RecordFields(fields.fields + gone.map { .init(name: $0.name, raw: "null") })
        }
    }

    package static let maximumBytes = 6 * 1024 * 1024
    package static let maximumRecords = 5000

    package var change: Change
    package var isUndelete: Bool
    package var organizationID: String?
    package var records: [Record]
    /// `WebhookEnvelope.make` of the body.
    package var envelope: String
    package var source = ChangeSource.webhook
    /// `webhook-id`, the same in every attempt to post it.
    package var messageID: String?
    /// `webhook-timestamp` of this attempt, where it is signed.
    package var sentAt: Timestamp?
    /// Characters that XML forbids, for which U+FFFD stands now.
    package var replacedCharacters = 0

    private static func stamp(of record: Record) -> Timestamp? {
        let modified = record.fields.timestamp("LastModifiedDate")
        // Most often the same, and then read once.
        if modified != nil, record.fields["LastModifiedDate"] == record.fields["SystemModstamp"] { return modified }
        let stamped = record.fields.timestamp("SystemModstamp")
        return modified.map { max($0, stamped ?? $0) } ?? stamped
    }

    /// The body's records as sightings; `receivedAt` stands in where a record carries no stamp (`Observation.guess`).
    package func observations(receivedAt: Timestamp) -> [Observation] { sightings(receivedAt: receivedAt).observations }

    /// With them, whether a record carries no stamp, so that the ledger can't tell a repeat from another change.
    package func sightings(receivedAt: Timestamp) -> (observations: [Observation], lackStamps: Bool) {
        var lackStamps = false
        let observations = records.map { record in
            let stamp = Self.stamp(of: record)
            if stamp == nil { lackStamps = true }
            var seen = Observation(
                kind: .webhook(claimed: change, isUndelete: isUndelete),
                object: record.object,
                recordID: record.recordID,
                stamp: stamp ?? receivedAt,
                createdDate: record.fields.timestamp("CreatedDate"),
                isDeleted: change == .deleted,
                masterRecordID: change == .deleted
                    ? record.fields.string("MasterRecordId").flatMap { SalesforceID($0)?.text } : nil,
                fields: record.fieldsWithNulls,
                previous: record.previous
            )
            seen.guess = stamp == nil ? receivedAt : nil
            seen.notificationID = record.notificationID
            return seen
        }
        return (observations, lackStamps)
    }

    /// Why a body was refused: one sentence for the sender.
    package struct Fault: SentenceError, Sendable, Hashable {
        package let message: String
        package var description: String { message }

        init(_ message: String) { self.message = message }
    }
}
