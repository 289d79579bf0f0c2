import Domain
import EngineAPI
import Interface
import Terminal
import Testing

@testable import signalbox

/// News that wait while the terminal is stalled.
struct NewsMergeTests {
    private func notices(_ news: [DashboardLoop.News]) -> [EngineNotice] {
        news.compactMap { item in
            guard case .message(.notice(let notice)) = item else { return nil }
            return notice
        }
    }

    @Test func `ten thousand notices of a stalled terminal become one of each kind`() throws {
        let inbox = Inbox<DashboardLoop.News>(wakeup: try Wakeup()) { NewsMerge.join($0, $1) }
        for number in Int64(1)...10_000 {
            inbox.post(.message(.notice(.stored(count: 1, lastSequence: number))))
            inbox.post(.message(.notice(.deliveries([number]))))
            inbox.post(.message(.notice(.instance(number % 3 + 1))))
        }
        let waiting = notices(inbox.drain())
        #expect(waiting.count == 5)
        #expect(waiting.contains(.stored(count: 10_000, lastSequence: 10_000)))
        // Too many to name: look again at all of them.
        #expect(waiting.contains(.deliveries([])))
        #expect((1...3).allSatisfy { waiting.contains(.instance($0)) })
    }

    @Test func `what is no notice is never joined`() throws {
        let inbox = Inbox<DashboardLoop.News>(wakeup: try Wakeup()) { NewsMerge.join($0, $1) }
        for _ in 0..<3 { inbox.post(.message(.report(.warning, "Look."))) }
        inbox.post(.engineEnded(nil))
        inbox.post(.engineEnded(nil))
        #expect(inbox.drain().count == 5)
    }
}
