package import Domain
package import Primitives

/// How fast events come, by instance: from the newest ones alone, so that it costs the same however many there are.
package struct RecentRates: Sendable, Hashable {
    /// Milliseconds that are looked back.
    package static let span: Int64 = 60_000
    /// Events that are looked at, at most; where more came within the span, those stand for it.
    package static let most: Int64 = 16_384

    /// Events a minute.
    package let perMinute: [InstanceID: Int]

    /// - Parameters:
    ///   - counts: events of the last minute among the newest.
    ///   - oldest: when the first of these was stored.
    ///   - isCut: whether there are events before the newest that were looked at.
    ///   - now: the end of the minute.
    package init(_ counts: [InstanceID: Int], oldest: Timestamp?, isCut: Bool, at now: Timestamp) {
        guard isCut, let oldest, case let time = max(1000, now.since(oldest)), time < Self.span else {
            perMinute = counts
            return
        }
        // Older ones of the same minute may have been cut off.
        perMinute = counts.mapValues { Int(saturating: Double($0) * Double(Self.span) / Double(time)) }
    }
}
