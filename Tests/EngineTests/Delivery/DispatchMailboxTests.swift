import Domain
import Testing

@testable import Engine

struct DispatchMailboxTests {
    @Test func `ids come out once, in the order in which they were left`() {
        let mailbox = DispatchMailbox()
        #expect(mailbox.isEmpty)
        mailbox.enqueue([3, 1])
        mailbox.enqueue([2])
        #expect(!mailbox.isEmpty)
        let taken = mailbox.dequeue()
        #expect(taken.ids == [3, 1, 2] && !taken.overflowed)
        #expect(mailbox.isEmpty && mailbox.dequeue().ids.isEmpty)
    }

    @Test(arguments: [0, 1, DispatchMailbox.capacity - 1, DispatchMailbox.capacity, DispatchMailbox.capacity + 1, 9000])
    func `it stays bounded, and says once that something did not fit`(count: Int) {
        let mailbox = DispatchMailbox()
        for start in stride(from: 0, to: count, by: 1000) {
            mailbox.enqueue((start..<min(start + 1000, count)).map(Int64.init))
        }
        let taken = mailbox.dequeue()
        #expect(taken.ids == (0..<min(count, DispatchMailbox.capacity)).map(Int64.init))
        #expect(taken.overflowed == (count > DispatchMailbox.capacity))
        #expect(mailbox.dequeue().overflowed == false)
        mailbox.enqueue([7])
        #expect(mailbox.dequeue().ids == [7])
    }

    @Test func `something that did not fit counts as content though no id is there`() {
        let mailbox = DispatchMailbox()
        mailbox.enqueue((0...Int64(DispatchMailbox.capacity)).map { $0 })
        #expect(!mailbox.isEmpty)
    }

    @Test(.timeLimit(.minutes(20)))
    func `however often it is woken, the loop goes round once, and the end ends it`() async {
        let mailbox = DispatchMailbox()
        // It is woken at its beginning, for what the store holds.
        var wakeups = mailbox.wakeups.makeAsyncIterator()
        #expect(await wakeups.next() != nil)
        for _ in 0..<50 { mailbox.wake() }
        mailbox.enqueue([1])
        #expect(await wakeups.next() != nil)
        mailbox.finish()
        #expect(await wakeups.next() == nil)
        #expect(mailbox.isFinished)
        // Whoever comes late does no harm.
        mailbox.enqueue([2])
        mailbox.wake()
        #expect(mailbox.dequeue().ids == [1, 2])
    }

    @Test(.timeLimit(.minutes(20))) func `nothing is lost or doubled that many leave at once`() async {
        let mailbox = DispatchMailbox()
        var found: [Int64] = []
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<8 as Range<Int64> {
                group.addTask { for number in 0..<200 as Range<Int64> { mailbox.enqueue([writer * 1000 + number]) } }
            }
            for await _ in group { found += mailbox.dequeue().ids }
        }
        found += mailbox.dequeue().ids
        #expect(found.count == 1600 && Set(found).count == 1600)
        for writer in 0..<8 as Range<Int64> {
            let own = found.filter { $0 / 1000 == writer }
            #expect(own == own.sorted())
        }
    }
}
