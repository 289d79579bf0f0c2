import Domain
import Primitives
import Testing

@testable import Engine
@testable import Salesforce

struct BacklogWorkTests {
    private static let now = Timestamp(seconds: 1_800_000_000)
    private static let none = SalesforceError(.dailyLimit, "None.")
    private static let busy = SalesforceError(.transient, "Too many.", code: "REQUEST_LIMIT_EXCEEDED")

    /// With a backlog of each of these objects.
    private static func work(_ names: [String]) -> BacklogWork {
        var work = BacklogWork()
        for name in names {
            var backlog = Backlog()
            backlog.add(BacklogSpan(from: nil, to: now, position: nil, deletedFrom: nil))
            work.backlogs[name] = backlog
        }
        return work
    }

    @Test func `After a refusal for want of places one part is read at a time, for ten minutes`() {
        var work = BacklogWork()
        #expect(work.width(4, at: Self.now) == 4)
        #expect(work.failed("account", Self.busy, hasMoved: false, at: Self.now) == 5000)
        #expect(work.width(4, at: Self.now) == 1)
        #expect(work.width(4, at: Self.now.advanced(bySeconds: 599)) == 1)
        #expect(work.width(4, at: Self.now.advanced(bySeconds: 600)) == 4)
    }

    @Test func `Waits grow while nothing moves, up to ten minutes, and begin anew once something did`() {
        var work = Self.work(["account"])
        let waits = (0..<9).map { _ in work.failed("account", Self.busy, hasMoved: false, at: Self.now) }
        #expect(waits == [5, 10, 20, 40, 80, 160, 320, 600, 600].map { $0 * 1000 })
        #expect(work.problem(of: "Account", at: Self.now) == "Too many.")
        #expect(work.failed("account", Self.busy, hasMoved: true, at: Self.now) == 5000)
        work.succeeded("account")
        #expect(work.problem(of: "Account", at: Self.now) == nil)
        #expect(work.failed("account", Self.none, hasMoved: false, at: Self.now) == 3_600_000)
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

    @Test func `What fails waits alone, and says so alone`() {
        var work = Self.work(["account", "contact"])
        work.failed("account", SalesforceError(.refused, "It is gone."), hasMoved: false, at: Self.now)
        #expect(!work.isDue("account", at: Self.now) && work.isDue("contact", at: Self.now))
        #expect(work.problem(of: "Account", at: Self.now) == "It is gone.")
        #expect(work.problem(of: "Contact", at: Self.now) == nil)
        #expect(work.nextTry == Self.now.advanced(bySeconds: 5))
        #expect(work.isDue("account", at: Self.now.advanced(bySeconds: 5)))
        work.backlogs["account"]?.isPaused = true
        #expect(work.nextTry == nil && !work.isDue("account", at: Self.now.advanced(bySeconds: 5)))
        #expect(work.problem(of: "Account", at: Self.now) == nil)
        work.backlogs["account"]?.isPaused = false
        work.retry("account")
        #expect(work.isDue("account", at: Self.now))
    }

    @Test func `A poll that succeeds ends the wait for what would have kept it from being made, and no other`() {
        var work = Self.work(["account", "contact"])
        work.failed("account", Self.none, hasMoved: false, at: Self.now)
        work.failed("contact", Self.busy, hasMoved: false, at: Self.now)
        work.polled(at: Self.now)
        #expect(work.isDue("account", at: Self.now) && !work.isDue("contact", at: Self.now))
    }

    @Test func `A wait for the budget lasts from its beginning on, however often it is looked at`() {
        var work = Self.work(["account"])
        #expect(work.hold(for: 0, at: Self.now) == nil)
        let end = Self.now.advanced(bySeconds: 600)
        #expect(work.hold(for: 600_000, at: Self.now) == end)
        let later = Self.now.advanced(bySeconds: 590)
        #expect(work.hold(for: 600_000, at: later) == end)
        #expect(work.problem(of: "Account", at: later)?.hasSuffix("its next pages in 1 min.") == true)
        #expect(work.hold(for: 600_000, at: end) == nil)
        #expect(work.problem(of: "Account", at: end) == nil)
        // It was over: the next one begins anew, and a raised budget ends it.
        #expect(work.hold(for: 600_000, at: end) == end.advanced(bySeconds: 600))
        #expect(work.hold(for: 0, at: end) == nil)
    }

    @Test func `No part of an object gets the number of an earlier one`() {
        var work = Self.work(["account"])
        #expect(work.backlogs["account"]?.parts.map(\.id) == [1])
        work.backlogs["account"] = nil
        var backlog = Backlog(after: work.lastPart)
        backlog.add(BacklogSpan(from: nil, to: Self.now, position: nil, deletedFrom: nil))
        #expect(backlog.parts.map(\.id) == [2])
    }
}
