package import Domain

/// Where observations of records become events.
///
/// ```swift
/// let result = try await store.append(batch)
/// // On disk. Repeats of known changes made no event, so `result` may be without a sequence.
/// if let last = result.lastSequence { announce(upTo: last) }
/// ```
package protocol IntakeStore: Sendable {
    /// Decides every observation against the ledger and stores ledger, poller records, events, notifications and
    /// deliveries in one transaction. Concurrent calls share a commit.
    func append(_ batch: IntakeBatch) async throws -> IntakeResult
    /// Writes next to nothing, to find out whether the store can be written again.
    func probeWrite() async throws
    /// What is known of a record; object names are compared without regard to case.
    func ledgerEntry(_ id: InstanceID, object: String, recordID: String) async throws -> LedgerEntry?
}
