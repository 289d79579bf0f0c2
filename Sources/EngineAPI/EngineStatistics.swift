package import Domain

/// How things stand in figures: all instances in one line each, and one of them in full.
package struct EngineStatistics: Sendable, Hashable {
    /// Those without events are left out.
    package var instances: [InstanceID: InstanceFigures] = [:]
    /// The one that was asked for.
    package var instance: InstanceStatistics?
    /// Bytes that the store takes; nil if unknown.
    package var storeBytes: Int64?
    /// Bytes free beside it; nil if unknown.
    package var freeBytes: Int64?
    /// Nil where nothing is limited: events stay for ever.
    package var retention: RetentionFigures?

    package init() {}

    package init(_ stored: StoredStatistics) { instances = stored.instances }
}

/// One instance in figures.
package struct InstanceStatistics: Sendable, Hashable {
    package var id: InstanceID
    package var events: EventFigures
    /// The newest polls since the engine began, oldest first.
    package var polls: [FinishedPoll]

    package init(id: InstanceID, events: EventFigures, polls: [FinishedPoll]) {
        self.id = id
        self.events = events
        self.polls = polls
    }
}
