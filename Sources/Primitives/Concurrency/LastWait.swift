/// Waits for what ends by itself, but no longer than somebody's patience: what has not ended by then is left alone.
///
/// For the end of the program, where nothing that hangs may keep the rest. It ignores the cancellation of its caller,
/// as that is how an end begins.
package final class LastWait: Sendable {
    package struct Work: Sendable {
        let name: String
        let run: @Sendable () async -> Void

        package init(_ name: String, _ run: @escaping @Sendable () async -> Void) {
            self.name = name
            self.run = run
        }
    }

    private struct State {
        var left: [Int: String]
        var isOver = false
        var caller: CheckedContinuation<Void, Never>?
    }

    private let state: Locked<State>

    private init(_ works: [Work]) {
        state = Locked(State(left: Dictionary(uniqueKeysWithValues: works.map(\.name).enumerated().map { ($0, $1) })))
    }

    /// Returns when all have ended or `patience` returns, with the names of those that have not ended.
    package static func untilEnd(
        of works: [Work],
        patience: @escaping @Sendable () async -> Void
    ) async -> [String] {
        let wait = LastWait(works)
        for (index, work) in works.enumerated() {
            Task {
                await work.run()
                wait.end { $0.left[index] = nil }
            }
        }
        let alarm = Task {
            await patience()
            wait.end { $0.isOver = true }
        }
        await wait.wait()
        alarm.cancel()
        return wait.state.withLock { state in state.left.sorted { $0.key < $1.key }.map(\.value) }
    }

    private func end(_ change: (inout State) -> Void) {
        let caller = state.withLock { state -> CheckedContinuation<Void, Never>? in
            change(&state)
            guard state.isOver || state.left.isEmpty else { return nil }
            defer { state.caller = nil }
            return state.caller
        }
        caller?.resume()
    }

    private func wait() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.isOver || state.left.isEmpty { return true }
                state.caller = continuation
                return false
            }
            if isOver { continuation.resume() }
        }
    }
}
