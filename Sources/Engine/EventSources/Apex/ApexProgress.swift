import Domain
import EngineAPI
import Primitives

/// How far a deployment that runs is, and how the last one went.
final class ApexProgress: Sendable {
    struct Running: Sendable, Hashable {
        let work: ApexWork
        var progress = "Starting"
    }

    private struct State {
        var running: Running?
        var last: DeployStatus?
    }

    private let state = Locked(State())

    /// Nil while nothing runs.
    var running: Running? { state.withLock { $0.running } }

    /// The last one that ended, with what the org said; nil where there was none since the start.
    var last: DeployStatus? { state.withLock { $0.last } }

    func began(_ work: ApexWork) { state.withLock { $0 = State(running: Running(work: work)) } }

    func reported(_ status: DeployStatus) {
        state.withLock { state in
            state.running?.progress = status.progress
            if status.isDone { state.last = status }
        }
    }

    func ended() { state.withLock { $0.running = nil } }
}
