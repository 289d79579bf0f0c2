package import Domain

/// What was done here by whom: entries are added, and never changed or removed.
package protocol AuditStore: Sendable {
    /// Stores an entry under the next id.
    func appendAudit(_ entry: AuditEntry) async throws
    /// Newest first, those below `id` if it is given; `AuditEntry.mostOfPage` at most.
    func auditEntries(before id: Int64?, limit: Int) async throws -> [AuditEntry]
}
