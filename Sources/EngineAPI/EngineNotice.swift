package import Domain

/// News from the engine: counts and ids, never events.
package enum EngineNotice: Sendable, Hashable {
    /// Events were stored; `lastSequence` is the newest.
    case stored(count: Int, lastSequence: Int64)
    /// Deliveries changed their state (the ids of their notifications, at most 1,000; empty: look again).
    case deliveries([Int64])
    /// An instance's configuration or state changed, or a bulk replay of it moved on.
    case instance(InstanceID)
    case instancesChanged
}
