import Domain
import Primitives

/// How often an org may be polled, so that a day of polls takes no more than its share of the calls that the org allows,
/// and leaves its own users the last of them. Pure.
///
/// At each of some moments of the next hours there may be no more spent than the budget, whatever was spent before: the
/// strictest of them says how fast calls may be made now. So polls may be many for some hours of a busy day, become fewer
/// long before the budget is reached, and more again as what was spent is a day old.
struct CallBudget: Sendable, Hashable {
    /// Between two polls.
    struct Pace: Sendable, Hashable {
        /// Milliseconds; 0 where the settings alone say.
        var wait: Int64 = 0
        /// Why it is slower than the settings say; a sentence.
        var reason: String?
    }

    /// Hours from now.
    private static let horizons = [1, 2, 4, 8, 12]
    /// Never slower than this, or the settings: only a poll shows that the org allows more again.
    static let longestWait: Int64 = 3_600_000
    /// Percent of what the org allows that are left to its own users.
    private static let reserve = 5
    /// A pace that is slower by less than this is none: percent.
    private static let tolerance: Int64 = 10
    /// Waits are told and kept in these steps.
    private static let step: Int64 = 15_000

    /// Of what the org allows.
    var percent: Int
    /// As the org last said; nil: unknown, and nothing is slowed down.
    var usage: APIUsage?
    var spent = SpentCalls()

    /// Calls within 24 hours.
    var limit: Int? {
        guard let usage, usage.allowed > 0 else { return nil }
        return max(1, share(percent, of: usage.allowed))
    }

    /// `cost` is what a poll takes, in calls, and `interval` what the settings say, in milliseconds.
    func pace(cost: Double, interval: Int64, now: Timestamp) -> Pace {
        guard let usage, let limit, cost > 0 else { return Pace() }
        let own = spent.calls(before: now).total
        let open = open(usage, now)
        let rate = rate(min(limit, open), now)
        let longest = max(interval, Self.longestWait)
        let wanted = rate > 0 ? min(cost / rate, Double(longest)) : Double(longest)
        let limited = Int64(wanted)
        guard limited > interval.adding(saturating: interval.multiplied(saturating: Self.tolerance) / 100) else {
            return Pace()
        }
        let wait = min(longest, (limited + Self.step - 1) / Self.step * Self.step)
        var reason: String
        if open < limit {
            reason =
                "The org has used \(usage.used.grouped) of the \(usage.allowed.grouped) API calls that it allows a day, "
                + "and the last of them are left to its own users; "
        } else {
            let day = Int(saturating: cost * Double(Self.day) / Double(max(1, interval)))
            reason =
                "Signalbox has used \(own.grouped) of the \(limit.grouped) API calls a day that \(Self.key) allows "
                + "(\(percent) % of \(usage.allowed.grouped)), and polls would take about \(day.grouped); "
        }
        reason += "polling every \(Self.words(wait)) instead of \(Self.words(interval))."
        if open >= limit, cost * Double(Self.day) / Double(wait) > Double(limit) {
            reason += " Even that takes more: raise the budget, or watch fewer objects."
        }
        return Pace(wait: wait, reason: reason)
    }

    /// How long to wait before so many calls that can wait, in milliseconds. While half of the budget is there they need not;
    /// after that they get half of what polls leave.
    func wait(before calls: Int, now: Timestamp) -> Int64 {
        guard let usage, let limit else { return 0 }
        let budget = min(limit, open(usage, now))
        guard spent.calls(before: now).total.adding(saturating: calls) > budget / 2 else { return 0 }
        let rate = rate(budget, now) / 2
        return rate > 0 ? min(Self.longestWait, Int64(saturating: Double(calls) / rate)) : Self.longestWait
    }

    /// Calls within 24 hours that the org has left for us, those that were made included.
    private func open(_ usage: APIUsage, _ now: Timestamp) -> Int {
        let left = usage.allowed.subtracting(saturating: max(0, usage.used))
            .subtracting(saturating: share(Self.reserve, of: usage.allowed))
        return spent.calls(before: now).total.adding(saturating: max(0, left))
    }

    /// Calls a millisecond that keep within a budget for the next hours.
    private func rate(_ budget: Int, _ now: Timestamp) -> Double {
        Self.horizons.map { hours in
            let past = spent.calls(hours: SpentCalls.day - hours, before: now).total
            return Double(max(0, budget.subtracting(saturating: past))) / Double(Int64(hours) * 3_600_000)
        }.min() ?? 0
    }

    private static let key = ConfigurationKey.apiBudget.rawValue
    private static let day: Int64 = 86_400_000

    private func share(_ percent: Int, of calls: Int) -> Int { calls.multiplied(saturating: percent) / 100 }

    private static func words(_ milliseconds: Int64) -> String {
        let (minutes, seconds) = (milliseconds / 60_000, milliseconds % 60_000 / 1000)
        return seconds == 0 ? "\(minutes) min" : minutes == 0 ? "\(seconds) s" : "\(minutes) min \(seconds) s"
    }
}
