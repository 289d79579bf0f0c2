package import Primitives

/// The clock that a person reads, which may be turned in spring and autumn: what it shows belongs to the moment that is
/// named, not to now.
package struct LocalClock: Sendable {
    package static let utc = LocalClock(utcOffset: 0)

    private let utcOffset: @Sendable (Timestamp) -> Int

    /// - Parameter utcOffset: how far the clock is ahead of UTC at a moment, in seconds.
    package init(_ utcOffset: @escaping @Sendable (Timestamp) -> Int) { self.utcOffset = utcOffset }

    /// One that is never turned.
    package init(utcOffset: Int) { self.init { _ in utcOffset } }

    /// What it shows at a moment, written as if that were UTC.
    package func reading(at moment: Timestamp) -> Timestamp { moment.advanced(bySeconds: Int64(utcOffset(moment))) }

    /// The day that it shows at a moment, in days since 1 January 1970.
    package func day(of moment: Timestamp) -> Int64 {
        let seconds = reading(at: moment).seconds
        return seconds / 86_400 - (seconds % 86_400 < 0 ? 1 : 0)
    }

    /// When it shows that: the first time where it does so twice, and where it skips that hour, as much later as it is turned.
    package func moment(of reading: Timestamp) -> Timestamp {
        // No zone is a day away from UTC, so these lie on both sides of the moment.
        let before = utcOffset(reading.advanced(bySeconds: -86_400))
        let after = utcOffset(reading.advanced(bySeconds: 86_400))
        for offset in [before, after] {
            let moment = reading.advanced(bySeconds: -Int64(offset))
            if utcOffset(moment) == offset { return moment }
        }
        return reading.advanced(bySeconds: -Int64(before))
    }
}
