import EngineAPI
import EngineTestSupport
import TestSupport
import Testing

@testable import Engine

/// Subscribers of one hub, each at its own pace.
@Suite(.eachStore)
struct NoticeTests {
    @Test(.timeLimit(.minutes(20))) func `a slow subscriber keeps no other, and misses nothing`() async {
        let hub = NoticeHub()
        var slow = hub.subscribe().makeAsyncIterator()
        var quick = hub.subscribe().makeAsyncIterator()
        for number in 1...3 as ClosedRange<Int64> {
            hub.post(.stored(count: 1, lastSequence: number))
            #expect(await quick.next() == .stored(count: 1, lastSequence: number))
        }
        #expect(await slow.next() == .stored(count: 3, lastSequence: 3))
    }

    @Test(.timeLimit(.minutes(20))) func `whoever waits is woken by a post and by the end`() async {
        let hub = NoticeHub()
        let stream = hub.subscribe()
        let waits = Gate()
        let found = Task {
            waits.open()
            return await stream.reduce(into: []) { $0.append($1) }
        }
        await waits.wait()
        hub.post(.instance(4))
        hub.close()
        // What was posted before the end is still told.
        #expect(await found.value == [.instance(4)])
        var late = hub.subscribe().makeAsyncIterator()
        hub.post(.instance(5))
        #expect(await late.next() == nil)
    }

    @Test func `a stream that nobody has any more is no subscriber, and so is one that was cancelled`() async {
        let hub = NoticeHub()
        do {
            let dropped = hub.subscribe()
            hub.post(.instance(1))
            #expect(hub.subscriberCount == 1)
            _ = dropped
        }
        #expect(hub.subscriberCount == 0)
        let stream = hub.subscribe()
        let reading = Task { for await _ in stream {} }
        reading.cancel()
        await reading.value
        #expect(hub.subscriberCount == 0)
        withExtendedLifetime(stream) {}
    }
}
