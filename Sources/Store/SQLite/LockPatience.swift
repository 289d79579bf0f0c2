import Domain
import Glibc
import Synchronization

/// How long a statement waits while another program holds the database; at the end of the program hardly at all.
final class LockPatience: Sendable {
    /// Milliseconds between the first tries; the last one repeats.
    private static let pauses: [Int64] = [1, 2, 5, 10, 25]

    private let isEnding = Atomic(false)

    func hurry() { isEnding.store(true, ordering: .relaxed) }

    /// Asked by SQLite after each try; false gives up. It runs on the connection's own thread, which waits here.
    func waits(afterTries tries: Int) -> Bool {
        let limit = isEnding.load(ordering: .relaxed) ? Limit.databaseLockAtEnd : Limit.databaseLock
        guard Self.waited(tries) < limit.milliseconds else { return false }
        usleep(UInt32(Self.pauses[min(max(tries, 0), Self.pauses.count - 1)]) * 1000)
        return true
    }

    /// Milliseconds that so many tries have taken.
    private static func waited(_ tries: Int) -> Int64 {
        let last = pauses.last ?? 1
        let rest = Int64(max(0, tries - pauses.count))
        return pauses.prefix(max(0, tries)).reduce(0, +) + rest.multipliedReportingOverflow(by: last).partialValue
    }
}
