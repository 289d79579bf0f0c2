#if PostgreSQL
import Glibc

/// Wakes a thread that waits in `poll`, from any other one: two sockets, never full for the one who rings.
final class Bell: Sendable {
    /// Readable from the first ring on until `hush`.
    let readable: Int32
    private let writable: Int32

    /// Where no more files can be opened it never rings: `poll` passes over such an end, and whoever waits looks when the
    /// time is up.
    init() {
        var ends: [Int32] = [-1, -1]
        // Closed to children at once, as another thread may begin one in between; of pipes the C library's module hides that.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let isMade = unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0
        (readable, writable) = isMade ? (ends[0], ends[1]) : (-1, -1)
    }

    deinit {
        guard readable >= 0 else { return }
        _ = Glibc.close(readable)
        _ = Glibc.close(writable)
    }

    func ring() {
        guard writable >= 0 else { return }
        var byte: UInt8 = 0
        // Full means that it has been rung often enough.
        _ = unsafe write(writable, &byte, 1)
    }

    func hush() {
        guard readable >= 0 else { return }
        var bytes = [UInt8](repeating: 0, count: 256)
        while unsafe read(readable, &bytes, bytes.count) == bytes.count {}
    }
}
#endif
