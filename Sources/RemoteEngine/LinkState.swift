import EngineAPI
import Primitives

/// Whether the node was there when it was last asked, and who wants to hear of changes.
final class LinkState: Sendable {
    private struct State {
        /// Nil before the first answer.
        var link: NodeLink?
        var observers: [Int: AsyncStream<NodeLink>.Continuation] = [:]
        var next = 0
    }

    private let state = Locked(State())

    /// The changes from now on; one that has not been taken gives way to the next.
    func changes() -> AsyncStream<NodeLink> {
        let (stream, continuation) = AsyncStream.makeStream(of: NodeLink.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.next += 1
            state.observers[state.next] = continuation
            return state.next
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.observers.removeValue(forKey: id) }
        }
        return stream
    }

    func reached(at address: String) { set { _ in .reached(at: address) } }

    /// Since when it is lost stays, and so does the first reason: the later ones follow from it.
    func lost(at address: String, _ reason: String) {
        set { link in
            if case .lost(_, let since, let reason)? = link { return .lost(at: address, since: since, reason: reason) }
            return .lost(at: address, since: .now(), reason: reason)
        }
    }

    /// The same of one that is nowhere now; it is named by where it was.
    func lost(_ reason: String) {
        guard let address = state.withLock({ $0.link?.address }) else { return }
        lost(at: address, reason)
    }

    private func set(_ change: (NodeLink?) -> NodeLink) {
        let (link, observers) = state.withLock { state in
            let link = change(state.link)
            guard link != state.link else { return (link, [AsyncStream<NodeLink>.Continuation]()) }
            state.link = link
            return (link, Array(state.observers.values))
        }
        for observer in observers { observer.yield(link) }
    }
}
