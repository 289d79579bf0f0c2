package import Domain
import FoundationEssentials
import Glibc

/// Time as the engine sees it; tests bring their own.
///
/// There are two clocks, never mixed. `now` is the machine's, for people, stamps and signatures; whoever sets it may set it
/// back. `due` goes on evenly whatever happens to `now`, also while the machine sleeps: everything that is due is measured
/// on it. The two say the same when the program starts; `shown` and `due(at:)` lead from one to the other.
package protocol EngineClock: Sendable {
    var now: Timestamp { get }
    /// A clock that nobody sets. A `Timestamp` of it says nothing to people before it went through `shown`.
    var due: Timestamp { get }
    /// Returns at that moment of `due`, or throws `CancellationError`.
    func sleep(until moment: Timestamp) async throws
}

extension EngineClock {
    package var due: Timestamp { now }

    /// A moment of `due` by the machine's clock as it is set now.
    package func shown(_ moment: Timestamp) -> Timestamp {
        let step = now.since(due)
        // Reading two clocks takes a moment; that is no step.
        return abs(step) < 1000 ? moment : moment.advanced(byMilliseconds: step)
    }

    /// When something is due that is planned by the machine's clock.
    package func due(at moment: Timestamp) -> Timestamp {
        let step = now.since(due)
        return abs(step) < 1000 ? moment : moment.advanced(byMilliseconds: -step)
    }
}

/// The machine's clocks.
package struct SystemClock: EngineClock {
    /// Both clocks when the program first looked.
    private static let start = (wall: wall, boot: boot)
    /// Sleeps are taken in parts, as a timer may stand still while the machine sleeps and `due` does not.
    private static let longestSleep: Int64 = 60_000

    package init() {}

    package var now: Timestamp { Self.wall }

    package var due: Timestamp {
        let start = Self.start
        return start.wall.advanced(byMilliseconds: Self.boot - start.boot)
    }

    private static var wall: Timestamp {
        let wall = Date.now.timeIntervalSince1970
        return Timestamp(milliseconds: Int64((wall * 1000).rounded(.down)))
    }

    /// Milliseconds since the machine started, those of its sleep included.
    private static var boot: Int64 {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_BOOTTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    package func sleep(until moment: Timestamp) async throws {
        while true {
            let left = moment.since(due)
            guard left > 0 else { return try Task.checkCancellation() }
            // Timers all over may come late by a little: that saves wake-ups.
            let duration = Duration.milliseconds(min(left, Self.longestSleep))
            try await Task.sleep(
                for: duration,
                tolerance: min(duration / 100, Duration.milliseconds(500)),
                clock: .continuous
            )
        }
    }
}
