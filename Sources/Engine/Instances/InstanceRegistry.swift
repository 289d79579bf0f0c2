import Domain
import Primitives

/// The instances that the engine knows, in memory: every webhook and every attempt looks one up.
final class InstanceRegistry: Sendable {
    struct Entry: Sendable {
        let watched: WatchedInstance
        let sources: InstanceSources
        /// Whether its work is done here; else another node holds it, and its sources rest.
        var isHeld = true

        var id: InstanceID { watched.id }
        var instance: Instance { watched.instance }
    }

    private struct State {
        var entries: [InstanceID: Entry] = [:]
        var byReceiverToken: [Secret: Entry] = [:]
    }

    private let state = Locked(State())

    func add(_ entry: Entry) {
        state.withLock { state in
            state.entries[entry.id] = entry
            state.byReceiverToken[entry.watched.receiverToken] = entry
        }
    }

    func remove(_ id: InstanceID) {
        state.withLock { state in
            guard let entry = state.entries.removeValue(forKey: id) else { return }
            state.byReceiverToken[entry.watched.receiverToken] = nil
        }
    }

    func entry(_ id: InstanceID) -> Entry? { state.withLock { $0.entries[id] } }

    func entry(receiverToken: String) -> Entry? { state.withLock { $0.byReceiverToken[Secret(receiverToken)] } }

    /// In the order of their ids.
    var all: [Entry] { state.withLock { $0.entries.values.sorted { $0.id < $1.id } } }
}
