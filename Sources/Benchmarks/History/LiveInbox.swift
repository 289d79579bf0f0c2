import EngineAPI
import Interface
import Synchronization

/// What waits for the dashboard, taken all at once.
final class LiveInbox: Sendable {
    private let waiting = Mutex<[LiveDashboard.News]>([])
    private let isFrameDue = Atomic(false)
    let bells: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation
    private let handled: AsyncStream<Void>
    private let handling: AsyncStream<Void>.Continuation

    init() {
        (bells, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (handled, handling) = AsyncStream.makeStream()
    }

    func post(_ news: LiveDashboard.News) {
        waiting.withLock { $0.append(news) }
        bell.yield()
    }

    func drain() -> [LiveDashboard.News] {
        waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }

    func close() { bell.finish() }

    // MARK: Notices, the next one when the last was handled

    func follow(_ notices: AsyncStream<EngineNotice>) async {
        var handled = handled.makeAsyncIterator()
        for await notice in notices {
            post(.message(.notice(notice)))
            guard await handled.next() != nil else { return }
        }
    }

    func handledNotice() { handling.yield() }

    // MARK: A frame that waits for its time

    /// False if one waits already.
    func beginWaiting() -> Bool { !isFrameDue.exchange(true, ordering: .relaxed) }

    func endWaiting() {
        isFrameDue.store(false, ordering: .relaxed)
        bell.yield()
    }
}
