import Primitives

/// How many may do one kind of work at once; whoever comes beyond that waits, first come, first served. So any number of
/// searches and open pages leaves readers to deliveries and polls.
package final class AsyncSemaphore: Sendable {
    private struct State {
        var free: Int
        var next = 0
        /// First come, first served.
        var waiting: [(id: Int, continuation: CheckedContinuation<Bool, Never>)] = []
        /// Given up before they could wait.
        var cancelled: Set<Int> = []
    }

    private let state: Locked<State>

    package init(_ count: Int) { state = Locked(State(free: count)) }

    /// Runs `body` in a place of its own; throws `CancellationError` where nobody waits for it any more.
    package func use<Value>(_ body: () async throws -> Value) async throws -> Value {
        try await acquire()
        defer { release() }
        try Task.checkCancellation()
        return try await body()
    }

    private func acquire() async throws {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        let hasPlace = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    if state.cancelled.remove(id) != nil { return false }
                    if state.free > 0 {
                        state.free -= 1
                        return true
                    }
                    state.waiting.append((id, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
                guard let index = state.waiting.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.waiting.remove(at: index).continuation
            }
            waiter?.resume(returning: false)
        }
        state.withLock { _ = $0.cancelled.remove(id) }
        if !hasPlace { throw CancellationError() }
    }

    private func release() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume(returning: true)
    }

    /// Those who wait for a place.
    package var waitingCount: Int { state.withLock { $0.waiting.count } }
}
