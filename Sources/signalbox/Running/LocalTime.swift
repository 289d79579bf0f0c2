import Domain
import Glibc
import Primitives

/// Moments in the time zone of this machine.
enum LocalTime {
    /// `18:22`.
    static func text(_ moment: Timestamp) -> String {
        var seconds = time_t(moment.seconds)
        var parts = unsafe tm()
        guard unsafe localtime_r(&seconds, &parts) != nil else { return String(moment.timePart.prefix(5)) }
        let offset = unsafe Int64(parts.tm_gmtoff)
        return String(moment.advanced(bySeconds: offset).timePart.prefix(5))
    }
}
