import Dispatch
import EngineAPI
import Interface
import Primitives
import Synchronization

/// What waits for the dashboard, taken all at once.
final class LiveInbox: Sendable {
    private let waiting = Locked<[LiveDashboard.News]>([])
    private let bell = DispatchSemaphore(value: 0)
    private let closing = Atomic(false)
    private let handled: AsyncStream<Void>
    private let handling: AsyncStream<Void>.Continuation

    init() { (handled, handling) = AsyncStream.makeStream() }

    func post(_ news: LiveDashboard.News) {
        waiting.withLock { $0.append(news) }
        bell.signal()
    }

    /// Blocks the thread until there is something, or so many milliseconds have passed.
    func wait(milliseconds: Double?) {
        let end = milliseconds.map { DispatchTime.now() + .microseconds(Int(max(0, $0) * 1000)) }
        _ = bell.wait(timeout: end ?? .distantFuture)
    }

    func drain() -> [LiveDashboard.News] {
        waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }

    var isClosed: Bool { closing.load(ordering: .relaxed) }

    func close() {
        closing.store(true, ordering: .relaxed)
        bell.signal()
    }

    // MARK: Notices, the next one when the last was handled

    func follow(_ notices: AsyncStream<EngineNotice>) async {
        var handled = handled.makeAsyncIterator()
        for await notice in notices {
            post(.message(.notice(notice)))
            guard await handled.next() != nil else { return }
        }
    }

    func handledNotice() { handling.yield() }
}
