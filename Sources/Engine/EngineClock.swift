package import Domain
import FoundationEssentials

/// Time as the engine sees it; tests bring their own.
package protocol EngineClock: Sendable {
    var now: Timestamp { get }
    /// Returns at that moment, or throws `CancellationError`.
    func sleep(until moment: Timestamp) async throws
}

/// The machine's clock.
package struct SystemClock: EngineClock {
    package init() {}

    package var now: Timestamp {
        let wall = Date.now.timeIntervalSince1970
        return Timestamp(milliseconds: Int64((wall * 1000).rounded(.down)))
    }

    package func sleep(until moment: Timestamp) async throws {
        // Timers all over may come late by a little: that saves wake-ups.
        let duration = Duration.milliseconds(max(0, moment.since(now)))
        try await Task.sleep(
            for: duration,
            tolerance: min(duration / 100, Duration.milliseconds(500)),
            clock: .continuous
        )
    }
}
