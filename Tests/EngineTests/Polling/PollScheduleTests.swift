import Domain
import Primitives
import Salesforce
import Testing

@testable import Engine

struct PollScheduleTests {
    private let now = Timestamp(milliseconds: 1_700_000_000_000)

    @Test func `a refused session is tried again by itself, more and more rarely`() throws {
        var schedule = PollSchedule()
        schedule.configure(.polling(5), atOnce: true, now: now)
        var at = now
        var pauses: [Int64] = []
        for _ in 0..<6 {
            schedule.began(at: at)
            schedule.failed(.authorization, "Connect again.", at: at, random: 0.5)
            let next = try #require(schedule.next)
            pauses.append(next.since(at) / 60_000)
            at = next
        }
        #expect(pauses == [5, 10, 20, 40, 60, 60])
        guard case .needsAttention(let reason, now) = schedule.state(heard: nil) else {
            Issue.record("\(schedule.state(heard: nil))")
            return
        }
        #expect(reason == "Connect again. It is tried again by itself.")
        schedule.began(at: at)
        schedule.succeeded(at: at, usage: nil, problems: [:])
        #expect(schedule.state(heard: nil) == .live(lastSuccess: at))
    }

    @Test(arguments: [PollSchedule.Mode.polling(5), .listening(60), .listening(0)])
    func `whatever a poll ends with, the next one is planned`(mode: PollSchedule.Mode) {
        let kinds: [SalesforceError.Kind] = [
            .authorization, .dailyLimit, .transient, .refused, .unreachable, .elsewhere,
        ]
        for kind in kinds {
            var schedule = PollSchedule()
            schedule.configure(mode, atOnce: true, now: now)
            for _ in 0..<40 {
                schedule.began(at: now)
                #expect(schedule.announced != nil, "\(mode) \(kind), while it runs")
                schedule.failed(kind, "No.", at: now, random: 0.99)
                #expect(schedule.next.map { $0 > now } == true, "\(mode) \(kind)")
                schedule.configure(mode, atOnce: false, now: now)
                #expect(schedule.next.map { $0 > now } == true, "\(mode) \(kind), configured")
            }
        }
        var schedule = PollSchedule()
        schedule.configure(mode, atOnce: true, now: now)
        schedule.began(at: now)
        schedule.cancelled(at: now)
        #expect(schedule.next.map { $0 > now } == true, "\(mode) cancelled")
    }

    @Test func `whatever goes wrong, there is a next poll, and it is announced while one runs`() throws {
        let kinds: [SalesforceError.Kind] = [
            .authorization, .dailyLimit, .transient, .refused, .unreachable, .elsewhere,
        ]
        var random = SystemRandomNumberGenerator()
        for mode in [PollSchedule.Mode.polling(1), .polling(1440), .listening(5)] {
            var schedule = PollSchedule()
            var at = now
            schedule.configure(mode, atOnce: true, now: at)
            for _ in 0..<500 {
                schedule.began(at: at)
                #expect(schedule.announced != nil)
                switch Int.random(in: 0..<7, using: &random) {
                case let index where index < kinds.count:
                    schedule.failed(kinds[index], "It failed.", at: at, random: .random(in: 0..<1, using: &random))
                case 5: schedule.cancelled(at: at)
                default: schedule.succeeded(at: at, usage: nil, problems: [:])
                }
                let next = try #require(schedule.next)
                #expect(next.since(at) <= 1440 * 60_000)
                #expect(schedule.announced == next)
                at = max(at, next)
            }
        }
    }

    @Test func `a pause of hours does not outlive the interval that allowed it`() throws {
        var schedule = PollSchedule()
        schedule.configure(.polling(1440), atOnce: true, now: now)
        for _ in 0..<30 {
            schedule.began(at: now)
            schedule.failed(.transient, "Busy.", at: now, random: 0.5)
        }
        #expect(try #require(schedule.next).since(now) == 86_400_000)
        schedule.configure(.polling(1), atOnce: false, now: now)
        #expect(try #require(schedule.next).since(now) <= 3_600_000)
    }

    @Test func `the org's own words stand beside the reason`() {
        var schedule = PollSchedule()
        schedule.configure(.polling(5), atOnce: true, now: now)
        schedule.began(at: now)
        schedule.failed(
            .authorization,
            "Connect again.",
            providerMessage: "expired access/refresh token",
            at: now,
            random: 0
        )
        #expect(schedule.providerMessage == "expired access/refresh token")
        schedule.began(at: now)
        schedule.failed(.transient, "Busy.", providerMessage: "UNABLE_TO_LOCK_ROW", at: now, random: 0)
        #expect(schedule.providerMessage == "UNABLE_TO_LOCK_ROW")
        schedule.began(at: now)
        schedule.succeeded(at: now, usage: nil, problems: [:])
        #expect(schedule.providerMessage == nil)
    }

    @Test(
        arguments: [
            APIUsage(used: .max, allowed: 1), APIUsage(used: .min, allowed: 1), APIUsage(used: .max, allowed: .max),
        ]
    )
    func `a use of the API that no org can have slows the poller down and ends nothing`(_ usage: APIUsage) {
        var schedule = PollSchedule()
        let now = Timestamp(seconds: 1_795_456_800)
        schedule.configure(.polling(1440), atOnce: true, now: now)
        schedule.began(at: now)
        schedule.succeeded(at: now, usage: usage, problems: [:])
        #expect(schedule.next.map { $0 > now } == true)
    }
}
