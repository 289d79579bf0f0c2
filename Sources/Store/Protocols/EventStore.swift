/// Where everything durable lives. A method returns when its effect is on disk.
///
/// Each part has a protocol of its own, so that whoever uses the store asks for no more than that. Implementations:
/// `SQLiteStore`, and `PostgresStore` in a module of its own. The contract's tests are written against these protocols, so
/// that each is held to them; what one must write, and what it must not, stands in <doc:ASecondStore>.
package protocol EventStore: InstanceStore, IntakeStore, PollerStore, EventReader, DeliveryStore, ReplayJobStore,
    ClockStore, WordIndexStore, RetentionStore, IntegrityStore, AuditStore, KeyStore
{
    /// Bytes free beside the database; nil if unknown.
    func freeBytes() async -> Int64?
    /// Bytes that the store takes; nil if unknown.
    func usedBytes() async -> Int64?
    /// The program ends: what can't be written at once is hardly waited for any more.
    func hurry()
    func close() async throws
    /// The side that other nodes share; nil where one process has the store to itself, and holds every instance.
    var sharing: (any SharedStore)? { get }
}

extension EventStore {
    package var sharing: (any SharedStore)? { nil }
    package func hurry() {}
}
