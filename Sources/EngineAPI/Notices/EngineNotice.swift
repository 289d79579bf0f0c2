package import Domain

/// News from the engine: counts and ids, never events.
///
/// A notice only says where to look again, so that notices can be merged (`PendingNotices`) without hiding anything.
package enum EngineNotice: Sendable, Hashable {
    /// Events were stored; `lastSequence` is the newest.
    case stored(count: Int, lastSequence: Int64)
    /// Deliveries changed their state (the ids of their notifications, at most `PendingNotices.deliveryLimit`; empty:
    /// look again at all).
    case deliveries([Int64])
    /// An instance's configuration or state changed, its Apex, or a bulk replay of it moved on.
    case instance(InstanceID)
    /// Look again at all of the instances: there are others than before, or too many changed to name each.
    case instancesChanged
}
