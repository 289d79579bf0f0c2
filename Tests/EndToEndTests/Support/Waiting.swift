import Dispatch
import Glibc

/// A condition that did not come true in time, with what was seen last.
struct TimedOut: Error, CustomStringConvertible {
    let description: String
}

/// Asks again and again, off the tests' own threads, until there is an answer; the deadline only ends a failing test.
func eventually<Value: Sendable>(
    _ what: String,
    within seconds: Double = 20,
    seen: @escaping @Sendable () -> String = { "" },
    _ ask: @escaping @Sendable () -> Value?
) async throws -> Value {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
        DispatchQueue.global().async {
            let deadline = DispatchTime.now() + seconds
            while true {
                if let value = ask() { return continuation.resume(returning: value) }
                guard DispatchTime.now() < deadline else {
                    let error = TimedOut(description: "waited \(seconds) s for \(what); last seen:\n\(seen())")
                    return continuation.resume(throwing: error)
                }
                // Lets the watched process have the processor.
                _ = poll(nil, 0, 15)
            }
        }
    }
}

/// Runs blocking work off the tests' own threads.
func offThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(returning: work()) }
    }
}
