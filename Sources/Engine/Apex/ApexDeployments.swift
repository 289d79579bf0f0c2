import Domain
import Salesforce
import Synchronization

/// Lets one deployment of an instance run at a time and knows how far the running ones are.
final class ApexDeployments: Sendable {
    private struct State {
        var gates: [InstanceID: SerialGate] = [:]
        var running: [InstanceID: String] = [:]
    }

    private let state = Mutex(State())

    /// A gate of its own: a deployment renews tokens, which go through the instance's gate.
    func gate(_ id: InstanceID) -> SerialGate {
        state.withLock { state in
            let gate = state.gates[id] ?? SerialGate()
            state.gates[id] = gate
            return gate
        }
    }

    /// How far the running deployment of an instance is; nil if none runs.
    func progress(_ id: InstanceID) -> String? { state.withLock { $0.running[id] } }

    func began(_ id: InstanceID) { state.withLock { $0.running[id] = "Starting" } }

    func took(_ status: DeployStatus, of id: InstanceID) {
        state.withLock { if $0.running[id] != nil { $0.running[id] = status.progress } }
    }

    func ended(_ id: InstanceID) { state.withLock { $0.running[id] = nil } }

    func forget(_ id: InstanceID) { state.withLock { $0.gates[id] = nil } }
}
