import Domain
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
        guard case .needsAttention("Connect again.", now) = schedule.state(heard: nil) else {
            Issue.record("\(schedule.state(heard: nil))")
            return
        }
        schedule.began(at: at)
        schedule.succeeded(at: at, usage: nil, problems: [:])
        #expect(schedule.state(heard: nil) == .live(lastSuccess: at))
    }

    @Test func `a dead grant waits for a person`() {
        var schedule = PollSchedule()
        schedule.configure(.polling(5), atOnce: true, now: now)
        schedule.began(at: now)
        schedule.failed(.authorization, "Connect again.", isDead: true, at: now, random: 0.5)
        #expect(schedule.next == nil)
        #expect(SalesforceError(.authorization, "x", code: "invalid_grant").isGrantDead)
        #expect(!SalesforceError(.authorization, "x", code: "INVALID_SESSION_ID").isGrantDead)
    }
}
