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

    /// What becomes of two notices, the later one posted behind the earlier.
    struct Pair: Sendable {
        let earlier: EngineNotice
        let later: EngineNotice
        /// Nil: both stay.
        let joined: EngineNotice?
    }

    private static let full = (Int64(1)...1000).map { $0 }
    static let pairs = [
        Pair(
            earlier: .stored(count: 2, lastSequence: 9),
            later: .stored(count: 3, lastSequence: 12),
            joined: .stored(count: 5, lastSequence: 12)
        ),
        // Posted by two threads, the newer sequence may come first.
        Pair(
            earlier: .stored(count: 2, lastSequence: 12),
            later: .stored(count: 3, lastSequence: 9),
            joined: .stored(count: 5, lastSequence: 12)
        ),
        Pair(
            earlier: .stored(count: .max, lastSequence: 1),
            later: .stored(count: 1, lastSequence: 2),
            joined: .stored(count: .max, lastSequence: 2)
        ),
        Pair(earlier: .deliveries([1]), later: .deliveries([2, 1]), joined: .deliveries([1, 2, 1])),
        Pair(earlier: .deliveries([]), later: .deliveries([2]), joined: .deliveries([])),
        Pair(earlier: .deliveries([2]), later: .deliveries([]), joined: .deliveries([])),
        Pair(earlier: .deliveries(full.dropLast()), later: .deliveries([1000]), joined: .deliveries(full)),
        Pair(earlier: .deliveries(full), later: .deliveries([1001]), joined: .deliveries([])),
        Pair(earlier: .instance(1), later: .instance(1), joined: .instance(1)),
        Pair(earlier: .instance(1), later: .instance(2), joined: nil),
        Pair(earlier: .instancesChanged, later: .instancesChanged, joined: .instancesChanged),
        Pair(earlier: .instancesChanged, later: .instance(1), joined: nil),
        Pair(earlier: .stored(count: 1, lastSequence: 1), later: .deliveries([1]), joined: nil),
    ]

    @Test(arguments: pairs)
    func `two notices become one only where it says as much as both`(pair: Pair) throws {
        let inbox = Inbox<DashboardLoop.News>(wakeup: try Wakeup()) { NewsMerge.join($0, $1) }
        inbox.post(.message(.notice(pair.earlier)))
        inbox.post(.message(.notice(pair.later)))
        #expect(notices(inbox.drain()) == (pair.joined.map { [$0] } ?? [pair.earlier, pair.later]))
    }

    @Test func `a notice is never older than an answer that was posted before it`() throws {
        let inbox = Inbox<DashboardLoop.News>(wakeup: try Wakeup()) { NewsMerge.join($0, $1) }
        inbox.post(.message(.notice(.instancesChanged)))
        inbox.post(.message(.instances(.success([]))))
        inbox.post(.message(.notice(.instancesChanged)))
        let waiting = inbox.drain()
        #expect(waiting.count == 2)
        guard case .message(.instances)? = waiting.first, case .message(.notice)? = waiting.last else {
            Issue.record("the answer would be taken for the newer one: \(waiting)")
            return
        }
    }

    @Test func `nothing that was drained is joined again`() throws {
        let inbox = Inbox<DashboardLoop.News>(wakeup: try Wakeup()) { NewsMerge.join($0, $1) }
        for number in Int64(1)...2 {
            inbox.post(.message(.notice(.stored(count: 1, lastSequence: number))))
            #expect(notices(inbox.drain()) == [.stored(count: 1, lastSequence: number)])
        }
    }
}
