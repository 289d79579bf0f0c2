import Domain
import Logging
import Primitives
import Store

/// Knows which callbacks are held now, for whoever asks from outside the dispatcher, and brings the holds that outlive a
/// restart (those that wait for a person, or for as long as the callback said) to the disk as they come and go; only the
/// newest of each instance matters.
final class CallbackHolds: Sendable {
    private struct State {
        var held: [InstanceID: Held] = [:]
        var observer: (@Sendable (InstanceID) -> Void)?
        var publisher: (@Sendable (InstanceID) -> Void)?
        var elsewhere: @Sendable () -> Set<InstanceID> = { [] }
        var unsaved: [InstanceID: CallbackHold?] = [:]
        /// The newest that the disk refused; nil: that there is none any more.
        var lost: [InstanceID: CallbackHold?] = [:]
        var isSaving = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// Why nothing is sent to a callback, and when it is tried again by itself; nil waits for a person, or for what comes of
    /// a probe under way or of a release.
    struct Held: Sendable, Hashable {
        var reason: String
        var until: Timestamp?
    }

    private let disk: any DeliveryStore
    private let logger: Logger
    private let state = Locked(State())

    init(store: any DeliveryStore, logger: Logger) {
        self.disk = store
        self.logger = logger
    }

    /// The instances whose callback is held, here or as other nodes say.
    var instances: Set<InstanceID> {
        let (own, elsewhere) = state.withLock { (Set($0.held.keys), $0.elsewhere) }
        return own.union(elsewhere())
    }

    /// Of other nodes: `publisher` is called for each instance whose hold began or ended here, `elsewhere` knows theirs.
    func share(
        _ publisher: @escaping @Sendable (InstanceID) -> Void,
        elsewhere: @escaping @Sendable () -> Set<InstanceID>
    ) {
        state.withLock { state in
            state.publisher = publisher
            state.elsewhere = elsewhere
        }
    }

    func held(_ id: InstanceID) -> Held? { state.withLock { $0.held[id] } }

    /// Called for each instance whose hold began, moved or ended, or that has a callback anew, or none any more.
    func observe(_ observer: @escaping @Sendable (InstanceID) -> Void) { state.withLock { $0.observer = observer } }

    /// The instance has a callback anew, or none any more: nothing is held by that, but who waits looks again.
    func turned(_ id: InstanceID) { state.withLock { $0.observer }?(id) }

    /// Whether a hold began or ended with this.
    func update(_ held: Held?, of id: InstanceID) -> Bool {
        typealias Observer = @Sendable (InstanceID) -> Void
        let (turned, observer, publisher) = state.withLock { state -> (Bool, Observer?, Observer?) in
            let before = state.held[id]
            state.held[id] = held
            return ((before == nil) != (held == nil), before == held ? nil : state.observer, state.publisher)
        }
        observer?(id)
        if turned { publisher?(id) }
        return turned
    }

    /// Never waits, so that no delivery does.
    func store(_ hold: CallbackHold?, of id: InstanceID) {
        let begins = state.withLock { state in
            state.unsaved[id] = .some(hold)
            defer { state.isSaving = true }
            return !state.isSaving
        }
        if begins { Task { await save() } }
    }

    /// Whether the disk refused this hold, or with nil the end of one, and nothing newer of its callback is stored.
    func isLost(_ hold: CallbackHold?, of id: InstanceID) -> Bool {
        state.withLock { state in state.lost[id].map { $0 == hold } ?? false }
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
                try await disk.saveCallbackHold(hold, of: id)
                state.withLock { _ = $0.lost.removeValue(forKey: id) }
            } catch {
                state.withLock { _ = $0.lost.updateValue(hold, forKey: id) }
                // In memory it holds, or has ended, all the same; only a restart would take it otherwise.
                logger.error(
                    hold == nil ? "The end of a callback's hold is not stored" : "The hold of a callback is not stored",
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
