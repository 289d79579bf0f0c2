package import Domain
package import Primitives

/// How far each watched object was read.
package protocol PollerStore: Sendable {
    /// Admits work at an org in the name of what is stored. Asked before each poll, so it reads no disk.
    ///
    /// - Throws: where another node may have the store by now, and asks the org itself.
    func admitWork() throws(StoreError)
    /// Those of an instance, by object.
    func pollerRecords(_ id: InstanceID) async throws -> [PollerRecord]
    func savePollerRecords(_ records: [PollerRecord]) async throws
    /// Drops the records of objects that are no longer watched; names are compared without regard to case.
    func removePollerRecords(_ id: InstanceID, keeping objects: [String]) async throws
    /// The ids of live records of an object, after an id, in order; for reconciliation by comparison.
    func ledgerIDs(_ id: InstanceID, object: String, after: String?, limit: Int) async throws -> [String]
    /// How many live records of an object that polls brought carry each stamp of a span, its end exclusive, in order. A
    /// store may know of fewer: of the last day alone, and of what it stored since it counts them.
    func ledgerStamps(_ id: InstanceID, object: String, from: Timestamp, to: Timestamp) async throws -> [StampCount]
    /// Forgets how many there are of the stamps before a moment.
    func forgetLedgerStamps(_ id: InstanceID, before moment: Timestamp) async throws
    /// What is known of these records of an object, as far as they are known.
    func ledgerStates(_ id: InstanceID, object: String, ids: [String]) async throws -> [String: LedgerState]
}

extension PollerStore {
    /// A store of one process is never another one's.
    package func admitWork() throws(StoreError) {}

    package func answer(
        _ question: LedgerQuestion,
        of id: InstanceID,
        object: String
    ) async throws -> LedgerAnswer {
        switch question {
        case .ids(let after, let limit): .ids(try await ledgerIDs(id, object: object, after: after, limit: limit))
        case .stamps(let from, let to): .stamps(try await ledgerStamps(id, object: object, from: from, to: to))
        case .states(let ids): .states(try await ledgerStates(id, object: object, ids: ids))
        }
    }
}
