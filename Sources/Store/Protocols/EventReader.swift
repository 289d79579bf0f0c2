package import Domain
package import Primitives

/// What people and programs look at: events, what became of them, and how many there are. Writes nothing.
///
/// A filter's `heldInstances` say where the word `held` stands in the place of an open state; each method reads it.
package protocol EventReader: Sendable {
    /// A page by key. With patience it may end before it is full, and says so.
    func events(_ page: PageRequest) async throws -> EventPage
    func event(sequence: Int64) async throws -> EventDetail?
    func event(id: String) async throws -> EventDetail?
    /// What facets alone decide is always counted whole; of the rest no more than `limit` events are, if it is given.
    func counts(_ filter: EventFilter, limit: Int64?) async throws -> EventCounts
    /// The events of a filter counted over its history, or over a span of time.
    func histogram(_ request: HistogramRequest) async throws -> EventHistogram
    /// How many of an instance's events were stored since a moment, by slots of `ActivitySummary.slotSeconds`.
    func activity(_ id: InstanceID, since: Timestamp) async throws -> ActivitySummary
    /// What of an instance fails, by reason: see `FailureGroup` for the bounds.
    func failures(_ id: InstanceID) async throws -> [FailureGroup]
    /// Figures of all instances, and more of one; the same cost however many events there are.
    func statistics(_ request: StatisticsRequest?, at now: Timestamp) async throws -> StoredStatistics
    /// Deliveries with an event that the filter finds, newest first.
    func deliveries(_ filter: EventFilter, before: Int64?, limit: Int) async throws -> [Delivery]
    /// Every attempt of a notification, replays too, oldest first.
    func attempts(notificationID: Int64) async throws -> [Attempt]
    /// The newest attempt of an instance's notifications at an address, replays too; nil if nothing went there lately.
    func lastAttempt(_ id: InstanceID, url: String) async throws -> Attempt?
}

extension EventReader {
    /// Counts all of them, however long that takes.
    package func counts(_ filter: EventFilter) async throws -> EventCounts { try await counts(filter, limit: nil) }
}
