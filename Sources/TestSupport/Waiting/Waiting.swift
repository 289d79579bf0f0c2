import Dispatch
import Foundation
import Glibc

/// A condition that did not come true in time, with what was seen last.
package struct TimedOut: Error, CustomStringConvertible {
    package let description: String

    package init(description: String) { self.description = description }
}

/// Asks again and again, off the tests' own threads, until there is an answer; the deadline only ends a failing test.
package func eventually<Value: Sendable>(
    _ what: String,
    within seconds: Double = 180,
    seen: @escaping @Sendable () -> String = { "" },
    _ ask: @escaping @Sendable () -> Value?
) async throws -> Value {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
        Thread.detachNewThread {
            let deadline = ContinuousClock.now + .seconds(seconds)
            while true {
                if let value = ask() { return continuation.resume(returning: value) }
                guard ContinuousClock.now < deadline else {
                    let error = TimedOut(description: "waited \(seconds) s for \(what); last seen:\n\(seen())")
                    return continuation.resume(throwing: error)
                }
                // Lets the watched process have the processor.
                _ = poll(nil, 0, 15)
            }
        }
    }
}

/// Asks again and again, in between other tasks, until it is so; the deadline only ends a failing test.
package func waitUntil(
    _ what: String,
    within seconds: Double = 600,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            throw TimedOut(description: "waited \(seconds) s for \(what)")
        }
        await betweenLooks()
    }
}

/// Some milliseconds in which other tests have the processor: whoever looks again at once keeps a thread of the pool, which
/// has as many as the machine has cores, from all of them.
package func betweenLooks() async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(3)) { continuation.resume() }
    }
}

/// Runs blocking work on a thread of its own: the pool has as many as the machine has cores, and other tests need them.
package func offThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: work()) }
    }
}

/// How long a test lets something wait for it: longer than any wait of a test lasts.
package enum Patience {
    private static let seconds = 300.0

    /// Does something when no test waits any longer.
    package static func afterEnd(_ work: @escaping @Sendable () -> Void) {
        DispatchQueue.global().asyncAfter(deadline: .now() + seconds, execute: work)
    }

    /// Returns then, or when the task is cancelled.
    package static func end() async { try? await Task.sleep(for: .seconds(seconds)) }
}
