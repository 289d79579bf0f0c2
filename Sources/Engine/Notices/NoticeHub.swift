package import EngineAPI
import Primitives

/// Hands news to any number of subscribers; each pulls them merged, at its own pace (`PendingNotices`).
///
/// Posting is for the hot path: a lock to find the subscribers, one for each of them, and nothing allocated.
package final class NoticeHub: Sendable {
    private struct State {
        var subscribers: [NoticeSubscriber] = []
        var isClosed = false
    }

    private let state = Locked(State())

    package init() {}

    /// A stream of what is posted from now on; it counts as a subscriber until it is cancelled or nobody has it any
    /// more.
    package func subscribe() -> AsyncStream<EngineNotice> {
        let subscription = NoticeSubscription(NoticeSubscriber(), of: self)
        let isClosed = state.withLock { state in
            if !state.isClosed { state.subscribers.append(subscription.subscriber) }
            return state.isClosed
        }
        if isClosed { subscription.subscriber.close() }
        return AsyncStream(
            unfolding: { await subscription.subscriber.next() },
            onCancel: { subscription.cancel() }
        )
    }

    package func post(_ notice: EngineNotice) {
        for subscriber in state.withLock({ $0.subscribers }) { subscriber.post(notice) }
    }

    /// Ends every stream after what is still pending.
    package func close() {
        let subscribers = state.withLock { state in
            state.isClosed = true
            defer { state.subscribers = [] }
            return state.subscribers
        }
        subscribers.forEach { $0.close() }
    }

    /// How many streams are followed now.
    package var subscriberCount: Int { state.withLock { $0.subscribers.count } }

    fileprivate func remove(_ subscriber: NoticeSubscriber) {
        state.withLock { $0.subscribers.removeAll { $0 === subscriber } }
    }
}

/// A stream's hold on its subscriber: both end together, so that nothing is merged for a reader that is gone.
private final class NoticeSubscription: Sendable {
    let subscriber: NoticeSubscriber
    private let hub: NoticeHub

    init(_ subscriber: NoticeSubscriber, of hub: NoticeHub) {
        self.subscriber = subscriber
        self.hub = hub
    }

    deinit { hub.remove(subscriber) }

    func cancel() {
        hub.remove(subscriber)
        subscriber.close()
    }
}
