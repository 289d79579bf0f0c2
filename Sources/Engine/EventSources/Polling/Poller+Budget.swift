import Domain
import Primitives
import Salesforce

/// What polls cost, and how often the org may be asked therefore.
extension Poller {
    /// The position that keeps what was spent; no object's.
    static let spentName = "/api-calls"

    var spentPosition: PollerRecord {
        PollerRecord(instanceID: id, object: Self.spentName, resume: budget.spent.text(context.clock.shown))
    }

    /// Takes account of what the org was called for since the last time, whatever became of it.
    func settleCalls(of turn: PollTurn?, _ session: any OrgSession) async {
        let calls = await session.drainCalls()
        if let usage = await session.apiUsage { budget.usage = usage }
        turn?.add(calls.without(.backlog))
        backlog.add(calls)
        budget.spent.add(calls, at: context.clock.due)
    }

    /// Plans by what polls took lately and the org allows.
    func pace(from now: Timestamp) {
        guard let interval = schedule.wantedInterval else { return schedule.apply(.init(), at: now) }
        schedule.apply(budget.pace(cost: history.callsPerPoll, interval: interval, now: now), at: now)
    }

    var apiBudget: APIBudget {
        APIBudget(calls: budget.spent.calls(before: context.clock.due), limit: budget.limit)
    }
}
