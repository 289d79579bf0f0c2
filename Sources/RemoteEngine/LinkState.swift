import EngineAPI
import Primitives

/// Whether the node was there when it was last asked, and who wants to hear of changes.
final class LinkState: Sendable {
    /// By both clocks: the machine's says when, the other one how long ago.
    private struct Moment {
        let at = Timestamp.now()
        let instant = ContinuousClock.now
    }

    private struct State {
        /// Nil before the first answer.
        var link: NodeLink?
        /// When anything came from the node last.
        var heard: Moment?
        /// Whether somebody looks at the moment if the node is there at all.
        var isLooking = false
        var observers: [Int: AsyncStream<NodeLink>.Continuation] = [:]
        var next = 0
    }

    private let state = Locked(State())

    /// The changes from now on; one that has not been taken gives way to the next. `onEnd` is called when nobody takes them
    /// any more.
    func changes(onEnd: @escaping @Sendable () -> Void = {}) -> AsyncStream<NodeLink> {
        let (stream, continuation) = AsyncStream.makeStream(of: NodeLink.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.next += 1
            state.observers[state.next] = continuation
            return state.next
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.observers.removeValue(forKey: id) }
            onEnd()
        }
        return stream
    }

    func reached(at address: String) {
        set { state in
            state.heard = Moment()
            return .reached(at: address)
        }
    }

    /// Something came that is no answer: a part of a stream, or a sign that the node is there.
    func hear() {
        set { state in
            state.heard = Moment()
            if case .slow(let address, _)? = state.link { return .reached(at: address) }
            return state.link
        }
    }

    /// Nothing has come since something did, or since `began`, if that was later; a node that is lost is more than that.
    func slow(at address: String, since began: Timestamp) {
        set { state in
            switch state.link {
            case .reached?, nil: return .slow(at: address, since: max(began, state.heard?.at ?? began))
            case .slow?, .lost?: return state.link
            }
        }
    }

    /// It is lost since it was heard last. That stays, and so does the first reason: the later ones follow from it.
    func lost(at address: String, _ reason: String) {
        set { state in
            if case .lost(_, let since, let reason)? = state.link {
                return .lost(at: address, since: since, reason: reason)
            }
            return .lost(at: address, since: state.heard?.at ?? .now(), reason: reason)
        }
    }

    /// The same of one that is nowhere now; it is named by where it was.
    func lost(_ reason: String) {
        guard let address = state.withLock({ $0.link?.address }) else { return }
        lost(at: address, reason)
    }

    /// Whether nothing has come for so long.
    func isSilent(for patience: Duration) -> Bool {
        guard let heard = state.withLock({ $0.heard }) else { return true }
        return heard.instant.duration(to: .now) >= patience
    }

    /// Whether whoever asks is the only one to look if the node is there, until `endLook`.
    func beginLook() -> Bool {
        state.withLock { state in
            defer { state.isLooking = true }
            return !state.isLooking
        }
    }

    func endLook() { state.withLock { $0.isLooking = false } }

    private func set(_ change: (inout State) -> NodeLink?) {
        let (link, observers) = state.withLock { state in
            let link = change(&state)
            guard link != state.link else { return (link, [AsyncStream<NodeLink>.Continuation]()) }
            state.link = link
            return (link, Array(state.observers.values))
        }
        guard let link else { return }
        for observer in observers { observer.yield(link) }
    }
}
