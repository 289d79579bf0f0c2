import Domain
import EngineAPI
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
        guard case .needsAttention(let reason, now, nil) = schedule.state(heard: nil) else {
            Issue.record("\(schedule.state(heard: nil))")
            return
        }
        #expect(reason == "Connect again. It is tried again by itself.")
        schedule.began(at: at)
        schedule.succeeded(at: at, problems: [:])
        #expect(schedule.state(heard: nil) == .live(lastSuccess: at))
    }

    @Test func `a read that is longer than a poll's share is gone on with at once, where the budget lets it`() {
        var schedule = PollSchedule()
        schedule.configure(.polling(5), atOnce: true, now: now)
        schedule.began(at: now)
        schedule.succeeded(at: now, problems: [:], leavesRows: true)
        #expect(schedule.next == now)
        schedule.apply(CallBudget.Pace(wait: 600_000, reason: "Slow."), at: now)
        schedule.began(at: now)
        schedule.succeeded(at: now, problems: [:], leavesRows: true)
        #expect(schedule.next == now.advanced(byMilliseconds: 600_000))
    }

    @Test(arguments: [SalesforceError.Kind.authorization, .transient, .unreachable, .dailyLimit])
    func `a poll that somebody asks for puts the planned try no further off`(kind: SalesforceError.Kind) throws {
        var schedule = PollSchedule()
        schedule.configure(.polling(5), atOnce: true, now: now)
        schedule.began(at: now)
        schedule.failed(kind, "No.", at: now, random: 0.5)
        let planned = try #require(schedule.next)
        for second in Int64(1)...3 {
            let at = now.advanced(bySeconds: second)
            schedule.began(at: at, isAsked: true)
            #expect(schedule.announced == planned)
            schedule.failed(kind, "No.", at: at, random: 0.5)
            #expect(schedule.next == planned)
        }
        schedule.began(at: now.advanced(bySeconds: 4), isAsked: true)
        schedule.cancelled(at: now.advanced(bySeconds: 4))
        #expect(schedule.next == planned)
        // Its own failure is the second one.
        var other = PollSchedule()
        other.configure(.polling(5), atOnce: true, now: now)
        for _ in 0..<2 {
            other.began(at: planned)
            other.failed(kind, "No.", at: planned, random: 0.5)
        }
        schedule.began(at: planned)
        schedule.failed(kind, "No.", at: planned, random: 0.5)
        #expect(schedule.next == other.next)
    }

    @Test func `a poll that somebody asks for plans anew where it fails otherwise or succeeds`() {
        var schedule = PollSchedule()
        schedule.configure(.polling(5), atOnce: true, now: now)
        schedule.began(at: now)
        schedule.failed(.transient, "Busy.", at: now, random: 0.5)
        let later = now.advanced(bySeconds: 1)
        schedule.began(at: later, isAsked: true)
        schedule.failed(.dailyLimit, "No calls are left.", at: later, random: 0.5)
        #expect(schedule.next?.since(later) == PollSchedule.dailyLimitPause)
        schedule.began(at: later, isAsked: true)
        schedule.succeeded(at: later, problems: [:])
        #expect(schedule.next?.since(later) == 300_000)
    }

    @Test func `where a person has to act, it is known when the org was heard of last`() {
        var schedule = PollSchedule()
        schedule.configure(.polling(5), atOnce: true, now: now)
        schedule.began(at: now)
        schedule.succeeded(at: now, problems: [:])
        let later = now.advanced(bySeconds: 300)
        schedule.began(at: later)
        schedule.failed(.authorization, "Connect again.", at: later, random: 0.5)
        #expect(schedule.state(heard: nil).lastSuccess == now)
        #expect(schedule.state(heard: later).lastSuccess == later)
        #expect(schedule.state(heard: nil).word == "ACTION NEEDED")
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

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `whatever goes wrong, there is a next poll, and it is announced while one runs`(seed: UInt64) throws {
        let kinds: [SalesforceError.Kind] = [
            .authorization, .dailyLimit, .transient, .refused, .unreachable, .elsewhere,
        ]
        var random = SeededGenerator(seed: seed)
        for mode in [PollSchedule.Mode.polling(1), .polling(1440), .listening(5)] {
            var schedule = PollSchedule()
            var at = now
            schedule.configure(mode, atOnce: true, now: at)
            for _ in 0..<500 {
                schedule.began(at: at)
                #expect(schedule.announced != nil, "seed \(seed)")
                switch Int.random(in: 0..<7, using: &random) {
                case let index where index < kinds.count:
                    schedule.failed(kinds[index], "It failed.", at: at, random: .random(in: 0..<1, using: &random))
                case 5: schedule.cancelled(at: at)
                default: schedule.succeeded(at: at, problems: [:])
                }
                let next = try #require(schedule.next)
                #expect(next.since(at) <= 1440 * 60_000, "seed \(seed)")
                #expect(schedule.announced == next, "seed \(seed)")
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
        schedule.succeeded(at: now, problems: [:])
        #expect(schedule.providerMessage == nil)
    }

    @Test func `an object that could not be read for the first time is tried again soon, and ever later`() {
        var schedule = PollSchedule()
        schedule.configure(.polling(1440), atOnce: true, now: now)
        var waits: [Int64] = []
        for _ in 0..<10 {
            schedule.began(at: now)
            schedule.succeeded(at: now, problems: ["Contact": "Not now."], lacksBaseline: true)
            waits.append(schedule.next?.since(now) ?? 0)
        }
        #expect(waits == [5, 10, 20, 40, 80, 160, 320, 600, 600, 600].map { $0 * 1000 })
        schedule.began(at: now)
        schedule.succeeded(at: now, problems: [:])
        #expect(schedule.next?.since(now) == 86_400_000)
        // Nor later than the interval, and not before the API calls allow.
        schedule.configure(.polling(1), atOnce: true, now: now)
        for _ in 0..<9 { schedule.succeeded(at: now, problems: ["Contact": "Not now."], lacksBaseline: true) }
        #expect(schedule.next.map { $0.since(now) <= 60_000 } == true)
        schedule.apply(.init(wait: 1_200_000, reason: "Few calls are left."), at: now)
        schedule.began(at: now)
        schedule.succeeded(at: now, problems: ["Contact": "Not now."], lacksBaseline: true)
        #expect(schedule.next?.since(now) == 1_200_000)
    }

    @Test func `events that are off plan nothing, forget trouble and begin at once when they are on again`() {
        var schedule = PollSchedule()
        schedule.configure(.polling(5), atOnce: true, now: now)
        schedule.began(at: now)
        schedule.failed(.refused, "No.", at: now, random: 0.5)
        schedule.configure(.off, atOnce: false, now: now)
        #expect(schedule.next == nil && schedule.state(heard: now) == .stopped && schedule.providerMessage == nil)
        schedule.failed(.transient, "Late.", at: now, random: 0.5)
        schedule.cancelled(at: now)
        #expect(schedule.next == nil && schedule.state(heard: nil) == .stopped)
        let later = now.advanced(bySeconds: 3600)
        schedule.configure(.polling(5), atOnce: false, now: later)
        #expect(schedule.next == later && schedule.state(heard: nil) == .connecting)
    }

    @Test func `before it is known whether to poll, nothing is called stopped`() {
        var schedule = PollSchedule()
        #expect(schedule.state(heard: nil) == .connecting)
        schedule.configure(.off, atOnce: false, now: now)
        #expect(schedule.state(heard: nil) == .stopped)
    }

    @Test func `where another source brings the news, one poll at the start shows whether the org answers`() {
        var schedule = PollSchedule()
        schedule.configure(.listening(0), atOnce: true, now: now)
        #expect(schedule.next == now)
        schedule.began(at: now)
        schedule.succeeded(at: now, problems: [:])
        #expect(schedule.next == nil && schedule.announced == nil)
        let heard = now.advanced(bySeconds: 9)
        #expect(schedule.state(heard: heard) == .live(lastSuccess: heard))
    }

    @Test func `polls are as far apart as the API calls allow, failed ones too, and that is said until it ends`() throws
    {
        var schedule = PollSchedule()
        schedule.configure(.polling(5), atOnce: true, now: now)
        schedule.began(at: now)
        schedule.apply(.init(wait: 1_200_000, reason: "Few calls are left."), at: now)
        schedule.succeeded(at: now, problems: [:])
        #expect(schedule.next?.since(now) == 1_200_000)
        let later = now.advanced(bySeconds: 1200)
        schedule.began(at: later)
        schedule.apply(.init(wait: 1_800_000, reason: "Fewer calls are left."), at: later)
        schedule.succeeded(at: later, problems: [:])
        #expect(
            schedule.state(heard: nil)
                == .degraded(reason: "Fewer calls are left.", since: now, lastSuccess: later)
        )
        schedule.began(at: later)
        schedule.failed(.transient, "Busy.", at: later, random: 0.5)
        #expect(schedule.next?.since(later) == 1_800_000)
        schedule.began(at: later)
        schedule.apply(.init(), at: later)
        schedule.succeeded(at: later, problems: [:])
        #expect(schedule.next?.since(later) == 300_000 && schedule.state(heard: nil) == .live(lastSuccess: later))
    }

    @Test func `a slow pace does not shorten an interval that is longer`() {
        var schedule = PollSchedule()
        schedule.configure(.polling(1440), atOnce: true, now: now)
        schedule.began(at: now)
        schedule.apply(.init(wait: 3_600_000, reason: "Few."), at: now)
        schedule.succeeded(at: now, problems: [:])
        #expect(schedule.next?.since(now) == 86_400_000)
    }

    @Test func `a restart waits for what is left of the interval, and a clock that was set back for no more than one`()
    {
        for (since, wait) in [(60, 240), (300, 0), (9000, 0), (-9000, 300)] as [(Int64, Int64)] {
            var schedule = PollSchedule(lastPoll: now.advanced(bySeconds: -since))
            schedule.configure(.polling(5), atOnce: false, now: now)
            #expect(schedule.next?.since(now) == wait * 1000, "\(since) s ago")
        }
    }

    @Test func `objects that fail alone degrade the source until they don't`() {
        var schedule = PollSchedule()
        schedule.configure(.polling(5), atOnce: true, now: now)
        schedule.began(at: now)
        schedule.succeeded(at: now, problems: ["Lead": "No access.", "Case": "Gone."])
        let reason = "Case: Gone. Lead: No access."
        #expect(schedule.state(heard: nil) == .degraded(reason: reason, since: now, lastSuccess: now))
        let later = now.advanced(bySeconds: 300)
        schedule.began(at: later)
        schedule.succeeded(at: later, problems: ["Lead": "No access.", "Case": "Gone."])
        #expect(schedule.state(heard: nil) == .degraded(reason: reason, since: now, lastSuccess: later))
        schedule.began(at: later)
        schedule.succeeded(at: later, problems: ["Lead": "Gone.", "Case": "Gone."])
        #expect(schedule.state(heard: nil) == .degraded(reason: "Case, Lead: Gone.", since: later, lastSuccess: later))
        schedule.began(at: later)
        schedule.succeeded(at: later, problems: [:])
        #expect(schedule.state(heard: nil) == .live(lastSuccess: later))
    }
}
