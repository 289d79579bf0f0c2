import Testing

@testable import Store

struct CommitGroupsTests {
    @Test func `one caller drains, the others queue, and after the last group the next begins anew`() {
        var groups = CommitGroups<Int>(limit: 2)
        #expect(groups.add(1) == .begins)
        #expect(groups.add(2) == .queued)
        #expect(groups.add(3) == .queued)
        #expect(groups.dequeue() == [1, 2])
        #expect(groups.add(4) == .queued)
        #expect(groups.dequeue() == [3, 4])
        #expect(groups.dequeue() == nil)
        #expect(groups.add(5) == .begins)
        #expect(groups.dequeue() == [5])
    }

    @Test func `what was accepted before the end is still handed out`() {
        var groups = CommitGroups<Int>()
        _ = groups.add(1)
        groups.close()
        #expect(groups.add(2) == .refused)
        #expect(groups.dequeue() == [1])
        #expect(groups.dequeue() == nil)
        #expect(groups.add(3) == .refused)
        #expect(groups.dequeue() == nil)
    }

    @Test(arguments: [0, -1, 1]) func `a limit that makes no sense is one`(limit: Int) {
        var groups = CommitGroups<Int>(limit: limit)
        _ = groups.add(1)
        _ = groups.add(2)
        #expect(groups.dequeue() == [1])
    }
}
