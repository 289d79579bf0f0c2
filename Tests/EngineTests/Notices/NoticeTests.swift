import Domain
import EngineAPI
import Primitives
import Testing

@testable import Engine

/// What subscribers get of many notices: merged, few, and nothing of it lost.
struct NoticeTests {
    private static func merged(_ notices: [EngineNotice]) -> [EngineNotice] {
        var pending = PendingNotices()
        for notice in notices { pending.merge(notice) }
        var found: [EngineNotice] = []
        while let next = pending.next() { found.append(next) }
        return found
    }

    private static let cases: [(posted: [EngineNotice], merged: [EngineNotice])] = [
        ([], []),
        ([.stored(count: 1, lastSequence: 7)], [.stored(count: 1, lastSequence: 7)]),
        // Commits may be announced out of order.
        (
            [.stored(count: 2, lastSequence: 9), .stored(count: 3, lastSequence: 5)],
            [.stored(count: 5, lastSequence: 9)]
        ),
        ([.deliveries([3, 1]), .deliveries([2, 3])], [.deliveries([1, 2, 3])]),
        // No ids say that any delivery may have changed.
        ([.deliveries([1]), .deliveries([]), .deliveries([2])], [.deliveries([])]),
        ([.instance(2), .instance(1), .instance(2)], [.instance(2), .instance(1)]),
        ([.instancesChanged, .instancesChanged], [.instancesChanged]),
        (
            [.deliveries([1]), .stored(count: 1, lastSequence: 1), .instance(1), .instancesChanged],
            [.instancesChanged, .instance(1), .stored(count: 1, lastSequence: 1), .deliveries([1])]
        ),
    ]

    @Test(arguments: cases.indices) func `what was posted comes merged, instances first`(index: Int) {
        #expect(Self.merged(Self.cases[index].posted) == Self.cases[index].merged)
    }

    @Test func `so many deliveries that nobody would look each up are said without their ids`() {
        let limit = Int64(PendingNotices.deliveriesLimit)
        let most = (1...limit).map { EngineNotice.deliveries([$0]) }
        #expect(Self.merged(most) == [.deliveries(Array(1...limit))])
        #expect(Self.merged(most + [.deliveries([limit + 1])]) == [.deliveries([])])
        // What comes after that was told is told with its ids again.
        var pending = PendingNotices()
        pending.merge(.deliveries([]))
        #expect(pending.next() == .deliveries([]))
        pending.merge(.deliveries([4]))
        #expect(pending.next() == .deliveries([4]))
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `however it is merged, counts add up and the newest is known`(seed: UInt64) {
        var dice = SeededGenerator(seed: seed)
        var pending = PendingNotices()
        var (posted, told) = (0, 0)
        var (newest, newestTold) = (Int64(0), Int64(0))
        func look(_ notice: EngineNotice?) {
            guard case .stored(let count, let last)? = notice else { return }
            told += count
            newestTold = max(newestTold, last)
        }
        for _ in 0..<500 {
            switch Int.random(in: 0..<5, using: &dice) {
            case 0: look(pending.next())
            case 1: pending.merge(.instance(Int64.random(in: 1...3, using: &dice)))
            case 2: pending.merge(.deliveries([Int64.random(in: 1...5000, using: &dice)]))
            default:
                let count = Int.random(in: 1...4, using: &dice)
                posted += count
                newest += Int64(count)
                pending.merge(.stored(count: count, lastSequence: newest))
            }
        }
        var left = 0
        while let notice = pending.next() {
            left += 1
            look(notice)
        }
        #expect(posted == told && newest == newestTold, "seed \(seed)")
        #expect(left <= 6, "seed \(seed)")
    }

    @Test(.timeLimit(.minutes(10))) func `a slow subscriber keeps no other, and misses nothing`() async {
        let hub = NoticeHub()
        var slow = hub.subscribe().makeAsyncIterator()
        var quick = hub.subscribe().makeAsyncIterator()
        for number in 1...3 as ClosedRange<Int64> {
            hub.post(.stored(count: 1, lastSequence: number))
            #expect(await quick.next() == .stored(count: 1, lastSequence: number))
        }
        #expect(await slow.next() == .stored(count: 3, lastSequence: 3))
    }

    @Test(.timeLimit(.minutes(10))) func `whoever waits is woken by a post and by the end`() async {
        let hub = NoticeHub()
        let stream = hub.subscribe()
        let (waits, begin) = AsyncStream<Void>.makeStream()
        let found = Task {
            begin.finish()
            return await stream.reduce(into: []) { $0.append($1) }
        }
        for await _ in waits {}
        hub.post(.instance(4))
        hub.close()
        // What was posted before the end is still told.
        #expect(await found.value == [.instance(4)])
        var late = hub.subscribe().makeAsyncIterator()
        hub.post(.instance(5))
        #expect(await late.next() == nil)
    }
}
