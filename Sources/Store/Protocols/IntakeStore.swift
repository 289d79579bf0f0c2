package import Domain

/// Where sightings of records become events.
package protocol IntakeStore: Sendable {
    /// Decides every observation against the ledger and stores ledger, poller records, events, notifications and
    /// deliveries in one transaction. Concurrent calls share a commit.
    func append(_ batch: IntakeBatch) async throws -> IntakeResult
    /// What is known of a record; object names are compared without regard to case.
    func ledgerEntry(_ id: InstanceID, object: String, recordID: String) async throws -> LedgerEntry?
}
