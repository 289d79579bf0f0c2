import Domain
import Glibc

extension Timestamp {
    /// The machine's time; the one place where the program reads it.
    @Sendable static func current() -> Timestamp {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
