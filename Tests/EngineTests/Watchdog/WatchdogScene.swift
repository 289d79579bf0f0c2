import Domain
import Engine
import EngineAPI
import Primitives
import TestSupport
import Testing

extension ManualClock {
    /// Lets so much time go by that the watchdog looks, and then its second look come. `between` waits for what comes by
    /// itself after the first step.
    func passWatchdog(seconds: Int64, between: () async throws -> Void = {}) async throws {
        advance(seconds: seconds)
        try await waitUntil("the watchdog plans its second look") { isAwaited(due.advanced(bySeconds: 5)) }
        try await between()
        advance(seconds: 5)
    }
}

extension Engine {
    var overdue: [ActivityStanding] { activities.filter(\.isOverdue) }
}
