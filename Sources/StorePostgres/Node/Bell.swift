#if PostgreSQL
import Glibc

/// Wakes a thread that waits in `poll`, from any other one: a pipe that is never full for the one who rings.
final class Bell: Sendable {
    /// Readable from the first ring on until `hush`.
    let readable: Int32
    private let writable: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        _ = unsafe pipe(&ends)
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (readable, writable) = (ends[0], ends[1])
    }

    deinit {
        _ = Glibc.close(readable)
        _ = Glibc.close(writable)
    }

    func ring() {
        var byte: UInt8 = 0
        // Full means that it has been rung often enough.
        _ = unsafe write(writable, &byte, 1)
    }

    func hush() {
        var bytes = [UInt8](repeating: 0, count: 256)
        while unsafe read(readable, &bytes, bytes.count) == bytes.count {}
    }
}
#endif
