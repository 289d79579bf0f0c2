package import Domain
package import Primitives

/// How many events came within the last minute, by instance: from the newest ones alone, so that it costs the same however
/// many there are; only where more came within the minute, as the slots of time say.
package struct RecentRates: Sendable, Hashable {
    /// Events that are looked at, at most.
    package static let most: Int64 = 16_384

    /// Events a minute.
    package let perMinute: [InstanceID: Int]

    /// - Parameters:
    ///   - counts: events of the minute among the newest.
    ///   - isCut: whether there may be others of that minute before these.
    ///   - minute: what is counted, as `ActivitySummary.lastMinute` says.
    ///   - instances: all that have events.
    ///   - activity: all events of an instance since a moment.
    package init(
        _ counts: [InstanceID: Int],
        isCut: Bool,
        in minute: Range<Timestamp>,
        of instances: Set<InstanceID>,
        activity: (InstanceID, Timestamp) throws -> ActivitySummary
    ) rethrows {
        guard isCut else {
            perMinute = counts
            return
        }
        perMinute = try instances.reduce(into: [:]) { found, id in
            found[id] = try activity(id, minute.lowerBound).count(in: minute)
        }
    }
}
