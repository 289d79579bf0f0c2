import Domain
import Primitives
import Salesforce
import Testing

@testable import Engine

struct BacklogWorkTests {
    private static let now = Timestamp(seconds: 1_800_000_000)
    private static let busy = SalesforceError(.transient, "Too many.", code: "REQUEST_LIMIT_EXCEEDED")

    @Test func `After a refusal for want of places one part is read at a time, for ten minutes`() {
        var work = BacklogWork()
        #expect(work.width(4, at: Self.now) == 4)
        #expect(work.failed(Self.busy, hasMoved: false, at: Self.now) == 5000)
        #expect(work.width(4, at: Self.now) == 1)
        #expect(work.width(4, at: Self.now.advanced(bySeconds: 599)) == 1)
        #expect(work.width(4, at: Self.now.advanced(bySeconds: 600)) == 4)
    }

    @Test func `Waits grow while nothing moves, up to ten minutes, and begin anew once something did`() {
        var work = BacklogWork()
        let waits = (0..<9).map { _ in work.failed(Self.busy, hasMoved: false, at: Self.now) }
        #expect(waits == [5, 10, 20, 40, 80, 160, 320, 600, 600].map { $0 * 1000 })
        #expect(work.problem == "Too many.")
        #expect(work.failed(Self.busy, hasMoved: true, at: Self.now) == 5000)
        work.succeeded()
        #expect(work.problem == nil)
        #expect(work.failed(SalesforceError(.dailyLimit, "None."), hasMoved: false, at: Self.now) == 3_600_000)
    }

    @Test func `Calls that can wait wait once half of the budget is spent`() {
        var budget = CallBudget(percent: 50, usage: APIUsage(used: 0, allowed: 10_000))
        #expect(budget.wait(before: 50, now: Self.now) == 0)
        budget.spent.add([.backlog: 2400], at: Self.now)
        #expect(budget.wait(before: 50, now: Self.now) == 0)
        budget.spent.add([.backlog: 100], at: Self.now)
        let wait = budget.wait(before: 50, now: Self.now)
        // 2,500 are left for the next hours, half of them for this.
        #expect((60_000...3_600_000).contains(wait), "\(wait)")
        budget.spent.add([.rows: 2600], at: Self.now)
        #expect(budget.wait(before: 50, now: Self.now) == 3_600_000)
        #expect(CallBudget(percent: 50).wait(before: 50, now: Self.now) == 0)
    }
}
