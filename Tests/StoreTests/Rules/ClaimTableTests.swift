import Testing

@testable import Store

struct ClaimTableTests {
    private let first = ClaimOwner(node: "a")
    private let second = ClaimOwner(node: "a")

    private func claim(
        _ table: inout ClaimTable,
        _ ids: [Int64],
        _ owner: ClaimOwner,
        at now: Int,
        until: Int
    ) -> [Int64] {
        table.claim(ids, for: owner, now: .seconds(now), until: .seconds(until))
    }

    @Test func `two runs of one node are two owners`() { #expect(first != second) }

    @Test func `what one has no other gets before its time is over`() {
        var table = ClaimTable()
        #expect(claim(&table, [3, 1, 2], first, at: 0, until: 30) == [3, 1, 2])
        #expect(claim(&table, [1, 4], second, at: 29, until: 60) == [4])
        #expect(table.isTaken(1, from: second, now: .seconds(29)))
        #expect(!table.isTaken(1, from: first, now: .seconds(29)))
        #expect(!table.isTaken(9, from: first, now: .seconds(0)))
        #expect(!table.isTaken(1, from: second, now: .seconds(30)))
        #expect(claim(&table, [1], second, at: 30, until: 60) == [1])
    }

    @Test func `an owner keeps what it has, and its time moves on with each claim`() {
        var table = ClaimTable()
        _ = claim(&table, [1], first, at: 0, until: 30)
        #expect(claim(&table, [1], first, at: 5, until: 35) == [1])
        _ = claim(&table, [], first, at: 20, until: 50)
        #expect(claim(&table, [1], second, at: 40, until: 70).isEmpty)
        #expect(claim(&table, [1], second, at: 50, until: 80) == [1])
    }

    @Test func `an answer is late where another has the delivery by now, and not where its time alone is over`() {
        var table = ClaimTable()
        _ = claim(&table, [1, 2], first, at: 0, until: 30)
        #expect(!table.isLost(1, to: first))
        _ = claim(&table, [1], second, at: 60, until: 90)
        #expect(table.isLost(1, to: first))
        #expect(!table.isLost(1, to: second) && !table.isLost(2, to: first) && !table.isLost(7, to: first))
        // Nobody gives back what is another's.
        table.release([1, 2], of: first)
        #expect(table.isLost(1, to: first) && !table.isLost(2, to: second))
    }

    @Test func `what is given back anybody may have`() {
        var table = ClaimTable()
        _ = claim(&table, [1, 2, 3], first, at: 0, until: 30)
        table.release([2], of: first)
        #expect(claim(&table, [1, 2, 3], second, at: 1, until: 31) == [2])
        table.releaseAll(of: first)
        #expect(claim(&table, [1, 3], second, at: 1, until: 31) == [1, 3])
        table.releaseAll(of: first)
        #expect(table.isTaken(2, from: first, now: .seconds(2)))
    }
}
