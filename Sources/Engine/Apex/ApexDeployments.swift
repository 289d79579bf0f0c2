import Domain
import EngineAPI
import Synchronization

/// Lets one deployment of an instance run at a time, knows how far the running ones are and how the last ones went.
final class ApexDeployments: Sendable {
    struct Running: Sendable, Hashable {
        let work: ApexWork
        var progress = "Starting"
    }

    private struct State {
        var gates: [InstanceID: SerialGate] = [:]
        var running: [InstanceID: Running] = [:]
        var last: [InstanceID: DeployStatus] = [:]
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

    /// What runs for an instance and how far it is; nil if nothing does.
    func running(_ id: InstanceID) -> Running? { state.withLock { $0.running[id] } }

    /// The last one that ended, with what the org said; nil where there was none since the start.
    func last(_ id: InstanceID) -> DeployStatus? { state.withLock { $0.last[id] } }

    func began(_ work: ApexWork, of id: InstanceID) {
        state.withLock { state in
            state.running[id] = Running(work: work)
            state.last[id] = nil
        }
    }

    func took(_ status: DeployStatus, of id: InstanceID) {
        state.withLock { state in
            if state.running[id] != nil { state.running[id]?.progress = status.progress }
            if status.isDone { state.last[id] = status }
        }
    }

    func ended(_ id: InstanceID) { state.withLock { $0.running[id] = nil } }

    func forget(_ id: InstanceID) {
        state.withLock { state in
            state.gates[id] = nil
            state.last[id] = nil
        }
    }
}
