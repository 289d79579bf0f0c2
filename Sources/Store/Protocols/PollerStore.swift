package import Domain

/// How far each watched object was read.
package protocol PollerStore: Sendable {
    /// Those of an instance, by object.
    func pollerRecords(_ id: InstanceID) async throws -> [PollerRecord]
    func savePollerRecords(_ records: [PollerRecord]) async throws
    /// Drops the records of objects that are no longer watched; names are compared without regard to case.
    func removePollerRecords(_ id: InstanceID, keeping objects: [String]) async throws
    /// The ids of live records of an object, after an id, in order; for reconciliation by comparison.
    func ledgerIDs(_ id: InstanceID, object: String, after: String?, limit: Int) async throws -> [String]
}
