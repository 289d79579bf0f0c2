/// A moment as milliseconds since 1970-01-01T00:00:00Z; leap seconds don't exist, as in POSIX.
///
/// Moments and spans come from outside, too: what would go beyond the first or last moment stays there.
package struct Timestamp: Sendable, Hashable, Comparable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }
    package init(seconds: Int64) { self.milliseconds = seconds.multiplied(saturating: 1000) }

    package var seconds: Int64 { milliseconds / 1000 - (milliseconds % 1000 < 0 ? 1 : 0) }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    package func advanced(bySeconds seconds: Int64) -> Timestamp {
        advanced(byMilliseconds: seconds.multiplied(saturating: 1000))
    }

    package func advanced(byMilliseconds delta: Int64) -> Timestamp {
        Timestamp(milliseconds: milliseconds.adding(saturating: delta))
    }

    /// Milliseconds from `earlier` to this moment.
    package func since(_ earlier: Timestamp) -> Int64 { milliseconds.subtracting(saturating: earlier.milliseconds) }

    package static let distantPast = Timestamp(milliseconds: 0)
    /// Later than any moment that is stored.
    package static let distantFuture = Timestamp(milliseconds: Int64.max)
}
