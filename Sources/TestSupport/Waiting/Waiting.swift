import Dispatch
import Foundation
import Glibc

/// A condition that did not come true in time, with what was seen last.
package struct TimedOut: Error, CustomStringConvertible {
    package let description: String

    package init(description: String) { self.description = description }

    fileprivate init(_ what: String, after seconds: Double, seen: String) {
        let seen = seen.isEmpty ? "" : "; last seen:\n\(seen)"
        description = "waited \(seconds) s for this: \(what)\(seen)"
    }
}

/// Asks again and again, in between other tasks, until there is an answer; the deadline only ends a failing test, which then
/// says what was `seen` last.
///
/// ```swift
/// try await waitUntil("the poll fails") { try await engine.instance(id).source.word == "DEGRADED" }
/// let address = try await waitUntil("it listens", seen: { child.diagnostics }) { child.lines.first }
/// ```
@discardableResult
package func waitUntil<Value>(
    _ what: String,
    within seconds: Double = Patience.wait,
    seen: () async -> String = { "" },
    _ ask: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + .seconds(seconds)
    // What takes long is looked at less often: it may be dear, as what a program has printed.
    var pause = 3
    while true {
        if let value = try await ask() { return value }
        guard ContinuousClock.now < deadline else { throw TimedOut(what, after: seconds, seen: await seen()) }
        await betweenLooks(milliseconds: pause)
        pause = min(pause + 1, 15)
    }
}

/// The same for what is so or not.
package func waitUntil(
    _ what: String,
    within seconds: Double = Patience.wait,
    seen: () async -> String = { "" },
    _ condition: () async throws -> Bool
) async throws {
    try await waitUntil(what, within: seconds, seen: seen) { () -> Void? in try await condition() ? () : nil }
}

/// Looks again and again on a thread of the caller's own until it is so; false if it isn't within the time. For what can't
/// be a task: the child of an exit test, a thread that holds a terminal.
package func threadWaits(within seconds: Double = Patience.wait, until condition: () -> Bool) -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while !condition() {
        guard ContinuousClock.now < deadline else { return false }
        _ = poll(nil, 0, 1)
    }
    return true
}

/// Time that a load or a fault is made of: between two posts of a sender, or as long as a connection says nothing. Never a
/// wait for something: that has a condition, and `waitUntil`.
package func elapse(milliseconds: Int) async throws { try await Task.sleep(for: .milliseconds(milliseconds)) }

/// Some milliseconds in which other tests have the processor: whoever looks again at once keeps a thread of the pool, which
/// has as many as the machine has cores, from all of them.
func betweenLooks(milliseconds: Int = 3) async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { continuation.resume() }
    }
}

/// Runs blocking work on a thread of its own: the pool has as many as the machine has cores, and other tests need them.
package func offThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: work()) }
    }
}

/// How long tests wait, in seconds. A suite's own limit is 10 minutes or more.
package enum Patience {
    /// For what must come: longer than a busy machine takes, shorter than a suite's limit, so that what was seen last is
    /// said.
    package static let wait = 540.0
    /// How long a test lets something wait for it: longer than any wait of a test lasts.
    private static let hold = 570.0

    /// Does something when no test waits any longer.
    package static func afterEnd(_ work: @escaping @Sendable () -> Void) {
        DispatchQueue.global().asyncAfter(deadline: .now() + hold, execute: work)
    }

    /// Returns then, or when the task is cancelled: for what never answers.
    package static func end() async { try? await Task.sleep(for: .seconds(hold)) }
}
