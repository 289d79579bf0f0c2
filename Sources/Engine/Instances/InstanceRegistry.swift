import Domain
import Synchronization

/// The instances that are running, in memory: every webhook and every attempt looks one up.
final class InstanceRegistry: Sendable {
    struct Entry: Sendable {
        var instance: Instance
        let poller: Poller
        /// Every change of what is stored of the instance goes through it.
        let gate: SerialGate
        /// Changes of settings, which may have to ask the org first; never entered from within `gate`.
        let editing = SerialGate()
    }

    private struct State {
        var entries: [InstanceID: Entry] = [:]
        var byReceiverToken: [String: InstanceID] = [:]
    }

    private let state = Mutex(State())

    func add(_ entry: Entry) {
        state.withLock { state in
            state.entries[entry.instance.id] = entry
            state.byReceiverToken[entry.instance.receiverToken] = entry.instance.id
        }
    }

    func remove(_ id: InstanceID) -> Entry? {
        state.withLock { state in
            guard let entry = state.entries.removeValue(forKey: id) else { return nil }
            state.byReceiverToken[entry.instance.receiverToken] = nil
            return entry
        }
    }

    func replace(_ instance: Instance) {
        state.withLock { state in
            guard let before = state.entries[instance.id]?.instance else { return }
            state.byReceiverToken[before.receiverToken] = nil
            state.byReceiverToken[instance.receiverToken] = instance.id
            state.entries[instance.id]?.instance = instance
        }
    }

    func entry(_ id: InstanceID) -> Entry? { state.withLock { $0.entries[id] } }

    func instance(receiverToken: String) -> Instance? {
        state.withLock { state in state.byReceiverToken[receiverToken].flatMap { state.entries[$0]?.instance } }
    }

    /// In the order of their ids.
    var all: [Entry] { state.withLock { $0.entries.values.sorted { $0.instance.id < $1.instance.id } } }
}
