package import Domain
package import Primitives

/// What a batch asks of the store while it becomes events; all within its transaction. Everything else about it is decided
/// by `IntakePlan`.
package protocol IntakeTables {
    /// The number that stands for an object's name, whatever its case; given at first sight.
    mutating func objectNumber(_ name: String) throws -> Int64
    /// Forgets messages received before a moment.
    mutating func forgetMessages(before moment: Timestamp) throws
    /// Whether a message was not seen before; it is from now on.
    mutating func remember(message: String) throws -> Bool
    /// Whether a message was seen before, by `remember`.
    func isRemembered(message: String) throws -> Bool
    func ledgerRow(object: Int64, recordID: String) throws -> LedgerRow?
    /// Whether an event of this record has said the same (`IntakePlan.Event.says`) in the same `webhookEnvelope`, and by what
    /// may be the same webhook (`WebhookMark`). Asked only where a webhook would be news with the very stamp that is known.
    func isTold(_ seen: Observation, object: Int64, _ texts: PreparedBatch.Texts) throws -> Bool
    /// When the record's last event was received; nil where there is none. Asked only where a row would be older than what is
    /// known.
    func lastReceived(recordID: String, object: Int64) throws -> Timestamp?
    /// Whether a record's lane has an open delivery.
    func isLaneBusy(_ recordID: String) throws -> Bool
    /// The first of so many sequences, which nobody else gets. A smaller one never appears later.
    mutating func reserveSequences(_ count: Int) throws -> Int64
}

/// An entry of the ledger with the store's own number of its row.
package struct LedgerRow: Sendable, Hashable {
    package let number: Int64
    package let entry: LedgerEntry
    /// When the event of its deletion was received; nil where it isn't deleted, or there is no such event.
    package let deletedAt: Timestamp?

    package init(number: Int64, entry: LedgerEntry, deletedAt: Timestamp? = nil) {
        self.number = number
        self.entry = entry
        self.deletedAt = deletedAt
    }
}
