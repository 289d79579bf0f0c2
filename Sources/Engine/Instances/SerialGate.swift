import Primitives

/// Lets one change of an instance through at a time, in the order of arrival.
///
/// A rotated token and a changed configuration both store the whole instance; without this one could undo the other.
final class SerialGate: Sendable {
    private struct State {
        var isOccupied = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Locked(State())

    func run<T: Sendable>(_ body: () async throws -> T) async rethrows -> T {
        await enter()
        defer { leave() }
        return try await body()
    }

    /// Those who have not been let in yet.
    var waiting: Int { state.withLock { $0.waiting.count } }

    private func enter() async {
        await withCheckedContinuation { continuation in
            let free = state.withLock { state in
                if state.isOccupied {
                    state.waiting.append(continuation)
                    return false
                }
                state.isOccupied = true
                return true
            }
            if free { continuation.resume() }
        }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.waiting.isEmpty {
                state.isOccupied = false
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
