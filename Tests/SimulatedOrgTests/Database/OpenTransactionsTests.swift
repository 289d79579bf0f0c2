import Primitives
import Testing

@testable import SimulatedOrg

struct OpenTransactionsTests {
    private func write(_ number: Int, _ text: String) -> Write {
        let row = RecordRow(
            number: number,
            id: RecordID.make(prefix: "001", number: number),
            created: 0,
            createdBy: "",
            modified: 0,
            modifiedBy: "",
            stamp: 0,
            values: [.text(text)]
        )
        return Write(table: 0, operation: .update, before: row, after: row)
    }

    @Test func `A transaction holds its rows until it ends and gives its writes back in order`() throws {
        var transactions = OpenTransactions()
        let first = transactions.begin(at: 10)
        let second = transactions.begin(at: 5)
        #expect(transactions.ids == [first, second])
        #expect(transactions.oldestStart == 5)
        try transactions.append([write(1, "a"), write(2, "b"), write(1, "c")], to: first)
        #expect(transactions.holder(table: 0, number: 1) == first)
        #expect(transactions.holder(table: 1, number: 1) == nil)
        #expect(transactions.pendingRow(table: 0, number: 1, in: first)?.values == [.text("c")])
        #expect(transactions.pendingRow(table: 0, number: 1, in: second) == nil)
        #expect(try transactions.end(first).map(\.after.values) == [[.text("a")], [.text("b")], [.text("c")]])
        #expect(transactions.holder(table: 0, number: 1) == nil)
        #expect(transactions.oldestStart == 5)
    }

    @Test func `One that has ended is unknown, and takes no rows`() throws {
        var transactions = OpenTransactions()
        let id = transactions.begin(at: 0)
        _ = try transactions.end(id)
        let error = #expect(throws: ServiceError.self) { try transactions.end(id) }
        #expect(error?.status == 404)
        #expect(throws: ServiceError.self) { try transactions.append([write(1, "a")], to: id) }
        #expect(transactions.holder(table: 0, number: 1) == nil)
        #expect(transactions.begin(at: 0) != id)
    }

    @Test func `The history keeps its limit and its numbers`() {
        var history = CommitHistory()
        for number in 1...30 {
            history.record(write(number, ""), object: "Account", at: 0, transaction: nil, limit: 8)
            #expect(history.changes(since: 0).count <= 10)
        }
        #expect(history.changes(since: 0).last?.sequence == 30)
        #expect(history.changes(since: 28).map(\.sequence) == [29, 30])
        #expect(history.changes(since: 30).isEmpty)
    }
}
