import Domain
import Primitives
import Testing

@testable import Engine

struct CallBudgetTests {
    private let start = Timestamp(parsing: "2026-11-23T18:00:00Z") ?? .distantPast
    private static let minute: Int64 = 60_000
    private static let day: Int64 = 86_400_000

    private func budget(_ percent: Int = 50, used: Int = 0, of allowed: Int) -> CallBudget {
        CallBudget(percent: percent, usage: APIUsage(used: used, allowed: allowed))
    }

    @Test func `nothing is slowed down while the org's limit is unknown, or where polls cost less than the budget`() {
        var unknown = CallBudget(percent: 1)
        unknown.spent.add([.rows: 1_000_000], at: start)
        #expect(unknown.pace(cost: 50, interval: Self.minute, now: start) == .init() && unknown.limit == nil)
        #expect(budget(of: 15_000).pace(cost: 2, interval: Self.minute, now: start) == .init())
        #expect(budget(of: 15_000).pace(cost: 0, interval: Self.minute, now: start) == .init())
        #expect(budget(of: 15_000).limit == 7500)
    }

    /// Days of polls that cost so much each, as the budget spaces them; their moments with what had been spent in the 24
    /// hours before each and with it.
    private func days(
        _ days: Int64,
        interval: Int64,
        cost: (_ wait: Int64) -> Int,
        _ budget: CallBudget
    ) -> [(at: Timestamp, wait: Int64, spent: Int, isSlow: Bool)] {
        var budget = budget
        var polls: [(at: Timestamp, calls: Int)] = []
        var found: [(at: Timestamp, wait: Int64, spent: Int, isSlow: Bool)] = []
        var (now, wait) = (start, interval)
        while now.since(start) < days * Self.day {
            let calls = cost(wait)
            polls.append((now, calls))
            budget.spent.add([.rows: calls], at: now)
            let mean = polls.suffix(12).map { Double($0.calls) }
            let pace = budget.pace(cost: mean.reduce(0, +) / Double(mean.count), interval: interval, now: now)
            wait = max(interval, pace.wait)
            let recent = polls.reversed().prefix { now.since($0.at) < Self.day }
            found.append((now, wait, recent.reduce(0) { $0 + $1.calls }, pace.reason != nil))
            now = now.advanced(byMilliseconds: wait)
        }
        return found
    }

    @Test(arguments: [2, 5, 20])
    func `no 24 hours take more than the budget, nearly all of it is used, and slowness comes long before its end`(
        _ cost: Int
    ) throws {
        let polls = days(4, interval: Self.minute, cost: { _ in cost }, budget(of: 3000))
        #expect(polls.map(\.spent).max() ?? 0 <= 1500, "\(polls.map(\.spent).max() ?? 0)")
        let last = polls.filter { $0.at.since(start) > 2 * Self.day }
        #expect(last.map(\.spent).min() ?? 0 >= 1200, "\(last.map(\.spent).min() ?? 0)")
        let first = polls.first { $0.isSlow }
        let slow = try #require(first)
        #expect(slow.spent < 750)
        // No stop and go: the pace of each hour is like that of the others.
        let waits = last.map(\.wait)
        #expect((waits.max() ?? 0) < 4 * (waits.min() ?? 0), "\(waits.min() ?? 0)…\(waits.max() ?? 0)")
    }

    @Test func `where a poll costs more the longer the wait before it was, the budget holds as well`() {
        let polls = days(3, interval: Self.minute, cost: { 1 + Int($0 / (5 * Self.minute)) }, budget(of: 2000))
        #expect(polls.map(\.spent).max() ?? 0 <= 1000, "\(polls.map(\.spent).max() ?? 0)")
    }

    @Test func `a busy morning within the budget is not slowed down`() {
        var budget = budget(of: 15_000)
        var now = start
        for _ in 0..<(4 * 60) {
            budget.spent.add([.rows: 8], at: now)
            #expect(budget.pace(cost: 8, interval: Self.minute, now: now).reason == nil)
            now = now.advanced(byMilliseconds: Self.minute)
        }
    }

    @Test func `polls never stop, and what not even the slowest of them keep is said`() {
        var budget = budget(1, of: 1000)
        budget.spent.add([.rows: 500], at: start)
        let pace = budget.pace(cost: 40, interval: 5 * Self.minute, now: start)
        #expect(pace.wait == CallBudget.longestWait)
        #expect(
            pace.reason
                == "Signalbox has used 500 of the 10 API calls a day that event.poller.api.budget allows (1 % of "
                + "\(1000.grouped)), and polls would take about \(11_520.grouped); polling every 60 min instead of 5 min. Even that takes more: "
                + "raise the budget, or watch fewer objects."
        )
        // An interval of hours is not made shorter.
        #expect(budget.pace(cost: 40, interval: 1440 * Self.minute, now: start) == .init())
    }

    @Test func `the last calls are left to the org's own users, and polls are as fast as before when there are more`() {
        var budget = budget(of: 10_000)
        budget.spent.add([.rows: 100], at: start)
        func pace(_ used: Int, of allowed: Int = 10_000) -> CallBudget.Pace {
            budget.usage = APIUsage(used: used, allowed: allowed)
            return budget.pace(cost: 1, interval: Self.minute, now: start)
        }
        #expect(pace(8000) == .init())
        #expect(pace(9400).wait > 5 * Self.minute)
        #expect(pace(9600).wait == CallBudget.longestWait)
        #expect(
            pace(9600).reason
                == "The org has used \(9600.grouped) of the \(10_000.grouped) API calls that it allows a day, and the last of them are left to "
                + "its own users; polling every 60 min instead of 1 min."
        )
        #expect(pace(9600, of: 20_000) == .init() && pace(12) == .init())
    }

    @Test(
        arguments: [
            APIUsage(used: .max, allowed: 1), APIUsage(used: .min, allowed: 1), APIUsage(used: .max, allowed: .max),
            APIUsage(used: .min, allowed: .min), APIUsage(used: 0, allowed: .max),
        ]
    )
    func `a use of the API that no org can have slows the poller down and ends nothing`(_ usage: APIUsage) {
        var budget = CallBudget(percent: 100, usage: usage)
        budget.spent.add([.rows: .max], at: start)
        for cost in [1, 1e300] {
            for interval in [Self.minute, 1440 * Self.minute] {
                let pace = budget.pace(cost: cost, interval: interval, now: start)
                #expect(pace.wait <= max(interval, CallBudget.longestWait) && pace.wait >= 0)
            }
        }
    }
}
