import Engine
import EngineAPI
import Interface
import Terminal
import TestSupport
import Testing

@testable import signalbox

/// News on their way to the thread that draws, also while its terminal is stalled.
@Suite(.timeLimit(.minutes(20))) struct NoticeFeedTests {
    private static func notices(_ news: [DashboardLoop.News]) -> [EngineNotice] {
        news.compactMap { item in
            guard case .message(.notice(let notice)) = item else { return nil }
            return notice
        }
    }

    /// Waits for what the feed posts next; never more than one.
    private static func next(_ inbox: Inbox<DashboardLoop.News>) async throws -> [EngineNotice] {
        try await waitUntil("something is posted") { !inbox.isEmpty }
        return notices(inbox.drain())
    }

    @Test func `thirty thousand notices of a stalled terminal become one of each kind, one at a time`() async throws {
        let hub = NoticeHub()
        let inbox = Inbox<DashboardLoop.News>(wakeup: try Wakeup())
        let feed = NoticeFeed()
        let stream = hub.subscribe()
        let following = Task { await feed.follow(stream, into: inbox) }
        hub.post(.instancesChanged)
        #expect(try await Self.next(inbox) == [.instancesChanged])
        // The loop has drained it and is stalled before it has handled it.
        for number in Int64(1)...10_000 {
            hub.post(.stored(count: 1, lastSequence: number))
            hub.post(.deliveries([number]))
            hub.post(.instance(number % 3 + 1))
        }
        hub.close()
        #expect(inbox.isEmpty)
        let expected: [EngineNotice] = [
            .instance(1), .instance(2), .instance(3), .stored(count: 10_000, lastSequence: 10_000), .deliveries([]),
        ]
        for notice in expected {
            feed.handledNotice()
            #expect(try await Self.next(inbox) == [notice])
        }
        feed.handledNotice()
        await following.value
        #expect(inbox.isEmpty)
    }
}
