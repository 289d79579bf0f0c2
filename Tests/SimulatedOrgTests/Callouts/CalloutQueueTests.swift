import Primitives
import Testing

@testable import SimulatedOrg

struct CalloutQueueTests {
    private var random = SeededGenerator(seed: 1)

    private func queue(_ kind: Callout.Kind = .trigger, count: Int = 1) -> CalloutQueue {
        var queue = CalloutQueue()
        for number in 0..<count {
            queue.enqueue(kind, messageID: "m\(number)", url: "http://a", body: [], secret: [], due: number)
        }
        return queue
    }

    @Test mutating func `What is due leaves in order, and only that`() {
        var queue = queue(count: 4)
        #expect(queue.nextDue == 0)
        #expect(queue.dequeueDue(now: 2, random: &random).map(\.messageID) == ["m0", "m1", "m2"])
        #expect(queue.dequeueDue(now: 2, random: &random).isEmpty)
        #expect(queue.nextDue == 3)
        queue.policy.reorders = true
        #expect(queue.dequeueDue(now: 3, random: &random).map(\.messageID) == ["m3"])
    }

    @Test(arguments: [
        (Callout.Kind.trigger, [1, 2, 3, 4]),
        (.outboundMessage, Array(1...49)),
    ])
    mutating func `A failed one waits longer each time, until it is given up`(kind: Callout.Kind, minutes: [Int]) {
        var queue = queue(kind)
        var now = 0
        var waits: [Int] = []
        while let due = queue.nextDue {
            if due > now { waits.append((due - now) / 60) }
            now = due
            for callout in queue.dequeueDue(now: now, random: &random) {
                queue.finish(callout.number, succeeded: false, now: now)
            }
        }
        #expect(waits == minutes)
        #expect(queue.tally.failedAttempts == minutes.count + 1)
        #expect(queue.tally.abandoned == 1)
        #expect(queue.inFlight.isEmpty)
    }

    @Test mutating func `A result for one that isn't on its way changes nothing`() {
        var queue = queue()
        queue.finish(1, succeeded: true, now: 0)
        #expect(queue.tally == CalloutQueue.Tally())
        let number = queue.dequeueDue(now: 0, random: &random)[0].number
        queue.finish(number, succeeded: true, now: 0)
        queue.finish(number, succeeded: true, now: 0)
        #expect(queue.tally.delivered == 1)
    }
}
