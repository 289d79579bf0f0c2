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
    /// All that work on the store, oldest first; empty where one process has it alone.
    package var nodes: [NodeFigures] = []

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

/// A node beside others: what it works for, and when it was heard of last.
package struct NodeFigures: Sendable, Hashable {
    package let name: String
    package let version: String
    /// Whether it is the one that says so.
    package let isAsked: Bool
    /// Those that it polls and delivers.
    package let instances: [InstanceID]
    /// Milliseconds since its last sign of life, by the store's clock; nil if unknown.
    package let sinceSign: Int64?

    package init(name: String, version: String, isAsked: Bool, instances: [InstanceID], sinceSign: Int64?) {
        self.name = name
        self.version = version
        self.isAsked = isAsked
        self.instances = instances
        self.sinceSign = sinceSign
    }
}
