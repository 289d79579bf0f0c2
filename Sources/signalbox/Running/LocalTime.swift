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

    /// Seconds east of UTC; 0 where the machine doesn't know.
    private static func utcOffset(at moment: Timestamp) -> Int {
        var seconds = time_t(moment.seconds)
        var parts = unsafe tm()
        guard unsafe localtime_r(&seconds, &parts) != nil else { return 0 }
        return unsafe parts.tm_gmtoff
    }
}
