/// Where everything durable lives. A method returns when its effect is on disk.
///
/// Each part has a protocol of its own, so that whoever uses the store asks for no more than that. Implementations:
/// `SQLiteStore`. The contract's tests are written against these protocols, so that a second one can be held to them; what
/// it must write, and what it must not, stands in <doc:ASecondStore>.
package protocol EventStore: InstanceStore, IntakeStore, PollerStore, EventReader, DeliveryStore, ReplayJobStore,
    ClockStore, WordIndexStore, RetentionStore, IntegrityStore, AuditStore
{
    /// Bytes free beside the database; nil if unknown.
    func freeBytes() async -> Int64?
    /// Bytes that the store takes; nil if unknown.
    func usedBytes() async -> Int64?
    func close() async throws
}
