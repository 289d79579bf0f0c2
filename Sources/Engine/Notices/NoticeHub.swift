import Domain
package import EngineAPI
import Synchronization

/// Hands news to any number of subscribers; each gets them merged, at its own pace, from a bounded buffer.
package final class NoticeHub: Sendable {
    private struct State {
        var subscribers: [WeakSubscriber] = []
        var isClosed = false
    }

    private struct WeakSubscriber {
        weak var subscriber: NoticeSubscriber?
    }

    private let state = Mutex(State())

    package init() {}

    package func subscribe() -> AsyncStream<EngineNotice> {
        let subscriber = NoticeSubscriber()
        let isClosed = state.withLock { state in
            state.subscribers.removeAll { $0.subscriber == nil }
            state.subscribers.append(WeakSubscriber(subscriber: subscriber))
            return state.isClosed
        }
        if isClosed { subscriber.close() }
        return AsyncStream(unfolding: { await subscriber.next() }, onCancel: { subscriber.close() })
    }

    package func post(_ notice: EngineNotice) {
        for subscriber in state.withLock({ $0.subscribers.compactMap(\.subscriber) }) { subscriber.post(notice) }
    }

    /// Ends every stream after what is still pending.
    package func close() {
        let subscribers = state.withLock { state in
            state.isClosed = true
            return state.subscribers.compactMap(\.subscriber)
        }
        subscribers.forEach { $0.close() }
    }
}
