import Domain
import Logging
import Store
import Synchronization

/// Brings the holds of callbacks to the disk as they come and go; only the newest of each instance matters.
final class CallbackHolds: Sendable {
    private struct State {
        var unsaved: [InstanceID: CallbackHold?] = [:]
        var isSaving = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let store: any EventStore
    private let logger: Logger
    private let state = Mutex(State())

    init(store: any EventStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// Never waits, so that no delivery does.
    func keep(_ hold: CallbackHold?, of id: InstanceID) {
        let begins = state.withLock { state in
            state.unsaved[id] = .some(hold)
            defer { state.isSaving = true }
            return !state.isSaving
        }
        if begins { Task { await save() } }
    }

    /// Returns when nothing is left to be saved.
    func settle() async {
        await withCheckedContinuation { continuation in
            let isSettled = state.withLock { state in
                if state.isSaving { state.waiting.append(continuation) }
                return !state.isSaving
            }
            if isSettled { continuation.resume() }
        }
    }

    private func save() async {
        while let (id, hold) = next() {
            do {
                try await store.saveCallbackHold(hold, of: id)
            } catch {
                // In memory it holds all the same; a restart would try the callback once more.
                logger.error(
                    "The hold of a callback is not kept",
                    metadata: ["instance": "\(id)", "error": "\(error)"]
                )
            }
        }
    }

    private func next() -> (InstanceID, CallbackHold?)? {
        let (next, waiting) = state.withLock {
            state -> ((InstanceID, CallbackHold?)?, [CheckedContinuation<Void, Never>]) in
            if let (id, hold) = state.unsaved.popFirst() { return ((id, hold), []) }
            defer { state.waiting = [] }
            state.isSaving = false
            return (nil, state.waiting)
        }
        waiting.forEach { $0.resume() }
        return next
    }
}
