package import Primitives

/// What is known of one record of one instance.
package struct LedgerEntry: Sendable, Hashable {
    /// The greatest stamp of the org's own that was seen; `.distantPast` where none was.
    package var stamp: Timestamp
    package var isDeleted: Bool
    /// The fields as last seen; empty where only the id is known.
    package var fields: RecordFields
    /// How many events of this record were stored.
    package var revision: Int64
    /// When the webhook was received that brought the latest write without its stamp (`Observation.guess`): a guess at
    /// that stamp, while `stamp` is of a write before it. Nil where `stamp` is of the latest.
    package var guess: Timestamp?

    package init(
        stamp: Timestamp,
        isDeleted: Bool,
        fields: RecordFields,
        revision: Int64,
        guess: Timestamp? = nil
    ) {
        self.stamp = stamp
        self.isDeleted = isDeleted
        self.fields = fields
        self.revision = revision
        self.guess = guess
    }

    /// The stamp under which the org has the record as a live one; nil where it is deleted or that stamp isn't known.
    package var liveStamp: Timestamp? { isDeleted || guess != nil ? nil : stamp }
}

/// One sighting of a record: a row of a query, an entry of the delete log, or a record of a webhook.
package struct Observation: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// A row of queryAll or of a retrieve: the record's whole state at that stamp.
        case row
        /// An id of the delete log; only the id and the deletion date are known.
        case deleteLog
        /// A record of a webhook; `claimed` is what the sender says happened, `isUndelete` with it.
        case webhook(claimed: Change, isUndelete: Bool)

        package var claimsUndelete: Bool { if case .webhook(_, let isUndelete) = self { isUndelete } else { false } }
    }

    package var kind: Kind
    package var object: String
    /// 18 characters.
    package var recordID: String
    package var stamp: Timestamp
    /// When a record was received, by this machine's clock, that came without a stamp that can be trusted: `stamp` is made up
    /// from this. Nil where `stamp` is the org's own.
    package var guess: Timestamp?
    package var createdDate: Timestamp?
    package var isDeleted: Bool
    package var masterRecordID: String?
    /// As the org sent them; `attributes` included if it did.
    package var fields: RecordFields
    package var previous: RecordFields?
    /// Of the notification that brought it, the same whenever it is sent; nil where only the whole body has an id.
    package var notificationID: String?
    /// When a row, or an entry of the delete log, was asked for, by this machine's clock; nil where nobody knows.
    package var requestedAt: Timestamp?

    package init(
        kind: Kind,
        object: String,
        recordID: String,
        stamp: Timestamp,
        createdDate: Timestamp? = nil,
        isDeleted: Bool,
        masterRecordID: String? = nil,
        fields: RecordFields,
        previous: RecordFields? = nil
    ) {
        self.kind = kind
        self.object = object
        self.recordID = recordID
        self.stamp = stamp
        self.createdDate = createdDate
        self.isDeleted = isDeleted
        self.masterRecordID = masterRecordID
        self.fields = fields
        self.previous = previous
    }
}
