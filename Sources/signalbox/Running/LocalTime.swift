import Domain
import Glibc
import Primitives

/// Moments in the time zone of this machine.
enum LocalTime {
    static let clock = LocalClock { LocalTime.utcOffset(at: $0) }

    /// `18:22`.
    static func text(_ moment: Timestamp) -> String {
        String(clock.reading(at: moment).timePart.prefix(5))
    }

    /// `18:07:03`, or `2026-11-23 18:07:03` where that isn't today: as `since:` and `until:` read it.
    static func sentence(_ moment: Timestamp, now: Timestamp = .now(), clock: LocalClock = LocalTime.clock) -> String {
        let (shown, today) = (clock.reading(at: moment), clock.reading(at: now))
        return shown.datePart == today.datePart ? shown.timePart : "\(shown.datePart) \(shown.timePart)"
    }

    /// What the clock shows: `18:07:03`.
    static var now: String { clock.reading(at: .now()).timePart }

    /// Seconds east of UTC; 0 where the machine doesn't know.
    private static func utcOffset(at moment: Timestamp) -> Int {
        var seconds = time_t(moment.seconds)
        var parts = unsafe tm()
        guard unsafe localtime_r(&seconds, &parts) != nil else { return 0 }
        return unsafe parts.tm_gmtoff
    }
}
