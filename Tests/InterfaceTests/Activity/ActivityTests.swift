import Domain
import Primitives
import TestSupport
import Testing

@testable import Interface

extension Activity {
    /// As after an answer that says so of the slot of a moment.
    fileprivate mutating func set(_ count: Int, at now: Timestamp) {
        let slot = Self.slotStart(now)
        apply(ActivitySummary(since: slot, events: [slot.seconds: count]), at: now)
    }
}

@Suite(.cases)
struct ActivityTests {
    /// At the start of a minute, so that slots are easy to count.
    private let start = Timestamp(seconds: 1_795_456_800)

    private func at(_ seconds: Int64) -> Timestamp { start.advanced(bySeconds: seconds) }

    @Test func `the rate is that of the last sixty seconds, to the slot`() {
        var activity = Activity()
        activity.set(5, at: at(0))
        activity.set(7, at: at(30))
        #expect(activity.perMinute(at: at(31)) == 12)
        #expect(activity.perMinute(at: at(59)) == 12)
        #expect(activity.perMinute(at: at(60)) == 7)
        #expect(activity.perMinute(at: at(90)) == 0)
    }

    @Test func `the chart has a column for each minute by the clock, the running one last`() {
        var activity = Activity()
        activity.set(3, at: at(59))
        activity.set(4, at: at(60))
        let chart = activity.chart(at: at(61))
        #expect(chart.count == Activity.minutes)
        #expect(Array(chart.suffix(2)) == [3, 4])
        #expect(chart.dropLast(2).allSatisfy { $0 == 0 })
    }

    @Test func `nothing older than the chart is kept`() {
        var activity = Activity()
        activity.set(1, at: at(0))
        activity.trim(at: at(Int64(Activity.minutes) * 60))
        #expect(activity.chart(at: at(0)).allSatisfy { $0 == 0 })
        #expect(activity.nextDeadline(after: at(800)) == nil)
    }

    @Test func `it looks again at the next slot while the rate decays, then by the minute, then never`() {
        var activity = Activity()
        #expect(activity.nextDeadline(after: at(0)) == nil)
        activity.set(1, at: at(3))
        #expect(activity.nextDeadline(after: at(3)) == at(10))
        #expect(activity.nextDeadline(after: at(65)) == at(70))
        #expect(activity.nextDeadline(after: at(75)) == at(120))
    }

    @Test func `an answer replaces what was counted from its beginning on`() {
        var activity = Activity()
        activity.set(3, at: at(0))
        activity.set(9, at: at(10))
        activity.set(6, at: at(20))
        activity.apply(ActivitySummary(since: at(10), events: [at(10).seconds: 2, at(20).seconds: 4]), at: at(22))
        #expect(activity.perMinute(at: at(22)) == 3 + 2 + 4)
    }

    @Test func `what a clock a little ahead has stored counts when its time has come`() {
        var activity = Activity()
        let events = [at(0).seconds: 1, at(20).seconds: 5, at(600).seconds: 7]
        activity.apply(ActivitySummary(since: at(0), events: events), at: at(2))
        #expect(activity.perMinute(at: at(2)) == 1)
        #expect(activity.nextDeadline(after: at(2)) == at(10))
        #expect(activity.perMinute(at: at(20)) == 6)
        #expect(activity.perMinute(at: at(600)) == 0, "that clock was far ahead")
    }

    @Test(arguments: [Timestamp(milliseconds: .min), Timestamp(milliseconds: .max)])
    func `no answer of a node is too much`(since: Timestamp) {
        var activity = Activity()
        let events = Dictionary(uniqueKeysWithValues: (-8...1).map { (at(Int64($0) * 10).seconds, Int.max) })
        activity.apply(ActivitySummary(since: since, events: events), at: at(10))
        #expect(activity.perMinute(at: at(10)) == (since.milliseconds < 0 ? .max : 0))
        #expect(activity.chart(at: at(10)).allSatisfy { $0 >= 0 })
    }
}

@Suite(.cases)
struct ActivityLoadTests {
    private let start = Sample.now

    @Test func `one question at a time, and not at once again`() {
        var load = ActivityLoad()
        guard case .loadActivity(let token, 1, _)? = load.nextLoad(1, at: start, due: start) else {
            Issue.record("nothing was asked")
            return
        }
        #expect(!load.isKnown)
        load.invalidate()
        let command1 = load.nextLoad(1, at: start.advanced(bySeconds: 60), due: start.advanced(bySeconds: 60))
        #expect(command1 == nil, "the first is not answered")
        let accepted2 = load.accept(token: token, isAnswer: true, at: start, due: start)
        #expect(accepted2)
        #expect(load.isKnown)
        #expect(load.nextDeadline == start.advanced(byMilliseconds: 2000))
        let early = start.advanced(byMilliseconds: 1999)
        let command3 = load.nextLoad(1, at: early, due: early)
        #expect(command3 == nil)
        let inTime = start.advanced(byMilliseconds: 2000)
        let command4 = load.nextLoad(1, at: inTime, due: inTime)
        #expect(command4 != nil)
    }

    @Test func `a failure is asked again later, and an answer of before a reset is nobody's`() {
        var load = ActivityLoad()
        _ = load.nextLoad(1, at: start, due: start)
        let accepted5 = load.accept(token: 1, isAnswer: false, at: start, due: start)
        #expect(!accepted5)
        #expect(load.nextDeadline == start.advanced(byMilliseconds: 5000))
        load.reset()
        _ = load.nextLoad(1, at: start, due: start)
        let accepted6 = load.accept(token: 1, isAnswer: true, at: start, due: start)
        #expect(!accepted6)
        #expect(!load.isKnown)
    }

    @Test func `a clock that was set back makes no question wait, and none of before count`() {
        var load = ActivityLoad()
        _ = load.nextLoad(1, at: start, due: start)
        _ = load.accept(token: 1, isAnswer: true, at: start, due: start)
        load.invalidate()
        let early = start.advanced(bySeconds: -3600)
        guard case .loadActivity(_, _, let since)? = load.nextLoad(1, at: early, due: start.advanced(bySeconds: 5))
        else {
            Issue.record("nothing was asked")
            return
        }
        #expect(since == Activity.start(at: early))
        var activity = Activity()
        activity.set(3, at: start)
        activity.trim(at: early)
        #expect(activity.nextDeadline(after: early) == nil)
    }

    @Test func `only what may have changed since the last answer is asked for again`() {
        var load = ActivityLoad()
        _ = load.nextLoad(1, at: start, due: start)
        _ = load.accept(token: 1, isAnswer: true, at: start, due: start)
        load.invalidate()
        let later = start.advanced(bySeconds: 5)
        guard case .loadActivity(_, _, let since)? = load.nextLoad(1, at: later, due: later) else {
            Issue.record("nothing was asked")
            return
        }
        // What was received before the answer may have been stored after it.
        #expect(since == Activity.slotStart(start.advanced(bySeconds: -ActivityLoad.overlapSeconds)))
    }
}
