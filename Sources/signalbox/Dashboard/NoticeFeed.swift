import EngineAPI
import Interface
import Terminal

/// Brings the engine's notices to the thread that draws, one at a time: the next is pulled when the last was handled.
///
/// While that thread is stopped by a stalled terminal, its notices stay where they are merged (`PendingNotices`), and
/// the inbox holds one of them at most.
struct NoticeFeed: Sendable {
    private let handled: AsyncStream<Void>
    private let handling: AsyncStream<Void>.Continuation

    init() {
        (handled, handling) = AsyncStream.makeStream()
    }

    /// Follows the notices until they end or the feed is given up.
    func follow(_ notices: AsyncStream<EngineNotice>, into inbox: Inbox<DashboardLoop.News>) async {
        var handled = handled.makeAsyncIterator()
        for await notice in notices {
            inbox.post(.message(.notice(notice)))
            guard await handled.next() != nil else { return }
        }
    }

    /// The notice that was drained last is dealt with.
    func handledNotice() { handling.yield() }
}
