import Primitives
import TestSupport

/// Calls of a store that hang until a gate opens, whether or not they are cancelled.
final class HangingCalls: Sendable {
    enum Call: Hashable { case append, outgoing, record, deleteInstance, saveCallbackHold }

    private struct State {
        var gates: [Call: (gate: Gate, left: Int)] = [:]
        var hung: [Call: Int] = [:]
        var inside: [Call: Int] = [:]
        var doubts: [Int: @Sendable () -> Void] = [:]
        var lastDoubt = 0
    }

    private let state = Locked(State())

    /// The next ones, so many, hang.
    func hang(_ call: Call, on gate: Gate, times: Int = 1) { state.withLock { $0.gates[call] = (gate, times) } }

    func isHanging(_ call: Call) -> Bool { state.withLock { $0.inside[call, default: 0] > 0 } }

    /// How many have hung so far.
    func hung(_ call: Call) -> Int { state.withLock { $0.hung[call, default: 0] } }

    /// Says to all whose attempts are being recorded that it is not known whether they are.
    func sayUnknown() {
        for doubt in state.withLock({ Array($0.doubts.values) }) { doubt() }
    }

    /// `whileUnknown` hears of it for as long as `body` runs.
    func hearing<Value: Sendable>(
        _ whileUnknown: @escaping @Sendable () -> Void,
        _ body: () async throws -> Value
    ) async throws -> Value {
        let number = state.withLock { state in
            state.lastDoubt += 1
            state.doubts[state.lastDoubt] = whileUnknown
            return state.lastDoubt
        }
        defer { state.withLock { $0.doubts[number] = nil } }
        return try await body()
    }

    func pass(_ call: Call) async {
        let gate = state.withLock { state -> Gate? in
            guard let (gate, left) = state.gates[call], left > 0 else { return nil }
            state.gates[call] = (gate, left - 1)
            state.hung[call, default: 0] += 1
            state.inside[call, default: 0] += 1
            return gate
        }
        guard let gate else { return }
        await gate.wait()
        state.withLock { $0.inside[call, default: 0] -= 1 }
    }
}
