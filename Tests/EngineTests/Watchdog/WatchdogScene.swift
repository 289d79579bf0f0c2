import Domain
import Engine
import EngineAPI
import Primitives
import Testing

/// Goes on when something is so; looks again and again, for a minute at most.
func eventually(
    _ what: Comment,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(120)
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record(what, sourceLocation: sourceLocation)
            throw NeverHappened()
        }
        await Task.yield()
    }
}

extension ManualClock {
    /// Lets so much time go by that the watchdog looks, and then its second look come. `between` waits for what comes by
    /// itself after the first step.
    func passWatchdog(seconds: Int64, between: () async throws -> Void = {}) async throws {
        advance(seconds: seconds)
        try await eventually("the watchdog plans its second look") { isAwaited(due.advanced(bySeconds: 5)) }
        try await between()
        advance(seconds: 5)
    }
}

extension Engine {
    var overdue: [ActivityStanding] { activities.filter(\.isOverdue) }
}
