package import Primitives

/// A bulk replay: every event that a filter finds, once, oldest first, at a set rate.
package struct ReplayJob: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        case running
        /// By a person, or because nothing can be sent; `lastError` says which, and `waitsForCallback` whether it goes on
        /// by itself.
        case paused
        case completed
        case cancelled

        package var isOpen: Bool { self == .running || self == .paused }
    }

    /// Replays a second.
    package static let rates = 1...1000
    package static let defaultRate = 10

    /// Given by the store.
    package var id: Int64
    package let instanceID: InstanceID
    /// Restricted to the instance.
    package let filter: EventFilter
    package var state: State
    package var rate: Int
    /// Events that the filter found at the start; at the end, those that were still found when their turn came.
    package var total: Int64
    package var succeeded: Int64
    package var failed: Int64
    /// The sequence of the last event that is done with; a restart goes on behind it.
    package var position: Int64
    /// The newest event at the start; what is stored later is not the job's.
    package let lastSequence: Int64
    /// Paused because the callback is held, or there is none: it goes on by itself when that ends.
    package var waitsForCallback: Bool
    /// One sentence about the last failure or the reason of a pause.
    package var lastError: String?
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: Int64 = 0,
        instanceID: InstanceID,
        filter: EventFilter,
        state: State = .running,
        rate: Int,
        total: Int64,
        succeeded: Int64 = 0,
        failed: Int64 = 0,
        position: Int64 = 0,
        lastSequence: Int64,
        waitsForCallback: Bool = false,
        lastError: String? = nil,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.instanceID = instanceID
        self.filter = filter
        self.state = state
        self.rate = rate
        self.total = total
        self.succeeded = succeeded
        self.failed = failed
        self.position = position
        self.lastSequence = lastSequence
        self.waitsForCallback = waitsForCallback
        self.lastError = lastError
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    package var done: Int64 { succeeded + failed }
}
