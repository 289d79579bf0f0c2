import Domain
import Engine
import Primitives

/// A clock that moves only when a test says so.
final class ManualClock: EngineClock {
    private struct State {
        /// The clock that nobody sets.
        var due: Timestamp
        /// By how much somebody has set the machine's.
        var step: Int64 = 0
        /// What restarts have made of it.
        var formerSteps: Int64 = 0
        var next = 0
        var sleepers: [Int: (until: Timestamp, continuation: CheckedContinuation<Bool, Never>)] = [:]
        var cancelled: Set<Int> = []
    }

    private let state: Locked<State>

    init(_ now: Timestamp = Timestamp(parsing: "2026-11-23T18:00:00Z") ?? .distantPast) {
        state = Locked(State(due: now))
    }

    var now: Timestamp { state.withLock { $0.due.advanced(byMilliseconds: $0.step) } }
    var due: Timestamp { state.withLock { $0.due } }

    /// Sets the machine's clock; no time goes by.
    func set(bySeconds seconds: Int64) { state.withLock { $0.step += seconds * 1000 } }

    /// What a new process finds, which knows nothing of how the clock was set before.
    func restart() {
        state.withLock { state in
            state.formerSteps += state.step
            state.due = state.due.advanced(byMilliseconds: state.step)
            state.step = 0
        }
    }

    /// Somebody else's clock, that of an org: nobody sets it, and no restart of ours changes it.
    var elsewhere: Timestamp { state.withLock { $0.due.advanced(byMilliseconds: -$0.formerSteps) } }

    func sleep(until moment: Timestamp) async throws {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        let finished = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    if state.cancelled.remove(id) != nil { return false }
                    if state.due >= moment { return true }
                    state.sleepers[id] = (moment, continuation)
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers.removeValue(forKey: id)
                if sleeper == nil { state.cancelled.insert(id) }
                return sleeper
            }
            sleeper?.continuation.resume(returning: false)
        }
        if !finished { throw CancellationError() }
    }

    /// Whether somebody sleeps until exactly then.
    func isAwaited(_ moment: Timestamp) -> Bool {
        state.withLock { $0.sleepers.values.contains { $0.until == moment } }
    }

    func advance(seconds: Int64) { advance(milliseconds: seconds * 1000) }

    func advance(milliseconds: Int64) {
        let woken = state.withLock { state in
            state.due = state.due.advanced(byMilliseconds: milliseconds)
            let due = state.sleepers.filter { $0.value.until <= state.due }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.continuation)
        }
        woken.forEach { $0.resume(returning: true) }
    }
}
