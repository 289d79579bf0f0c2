import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct ReplayPaceTests {
    private func at(_ seconds: Int64) -> Timestamp { Sample.now.advanced(bySeconds: seconds) }

    @Test func `it is measured over what was seen lately, not over the whole`() {
        var pace = ReplayPace()
        pace.record(ReplayTests.job(done: 0), at: at(0))
        #expect(pace.perSecond == nil)
        for second in Int64(1)...60 { pace.record(ReplayTests.job(done: second * 2), at: at(second)) }
        #expect(pace.perSecond == 2)
        for second in Int64(61)...100 { pace.record(ReplayTests.job(done: 120 + (second - 60)), at: at(second)) }
        #expect(pace.perSecond == 1)
    }

    @Test func `the last of them takes its time, too`() {
        for (count, rate, seconds) in [(17, 10, 2), (20, 10, 2), (21, 10, 3), (3, 10, 1), (0, 10, 0), (1000, 1, 1000)] {
            #expect(ReplayPace.seconds(for: Int64(count), at: rate) == Int64(seconds), "\(count) at \(rate)")
        }
    }

    @Test func `a pause starts it over, and nothing is left to wait for`() {
        var pace = ReplayPace()
        pace.record(ReplayTests.job(done: 0), at: at(0))
        pace.record(ReplayTests.job(done: 50), at: at(5))
        #expect(pace.perSecond == 10)
        pace.record(ReplayTests.job(1, .paused, done: 50), at: at(6))
        #expect(pace.perSecond == nil)
        #expect(pace.secondsLeft(ReplayTests.job(1, .paused, done: 50)) == nil)
    }

    @Test func `what is left follows the pace, and never beats the rate that was asked for`() {
        var pace = ReplayPace()
        #expect(pace.secondsLeft(ReplayTests.job(done: 100)) == 10, "by the rate, until it is measured")
        pace.record(ReplayTests.job(done: 0), at: at(0))
        pace.record(ReplayTests.job(done: 100), at: at(1))
        #expect(pace.secondsLeft(ReplayTests.job(done: 100)) == 10)
        pace.record(ReplayTests.job(done: 101), at: at(100))
        #expect(pace.secondsLeft(ReplayTests.job(done: 101)) == 9801, "one in 99 seconds")
    }
}

@Suite(.cases)
struct RateFieldTests {
    @Test(arguments: [
        (1, 1, 2), (1, -1, 1), (10, 1, 20), (10, -1, 5), (7, 1, 10), (7, -1, 5), (1000, 1, 1000), (999, 1, 1000),
    ])
    func `steps go to the next stop and no further`(rate: Int, step: Int, expected: Int) {
        #expect(RateField.step(rate, by: step) == expected)
    }

    @Test(arguments: [("0", nil), ("1", 1), ("1000", 1000), ("1001", nil), ("250", 250)] as [(String, Int?)])
    func `what is typed replaces the value, and is refused out of range`(text: String, value: Int?) {
        var field = RateField(10)
        for digit in text { _ = field.handle(.character(digit)) }
        #expect(field.text == text && field.value == value)
        #expect((field.fault == nil) == (value != nil))
    }

    @Test func `only digits are typed or pasted, and not more than fit`() {
        var field = RateField(10)
        let isTyped = field.handle(.character("x"))
        #expect(!isTyped && field.text == "10")
        field.insert(" 12a3456789 ")
        #expect(field.text == "123456")
        _ = field.handle(.ctrl("u"))
        #expect(field.text.isEmpty && field.fault?.contains("needs a number") == true)
        _ = field.handle(.right)
        #expect(field.value == 20)
    }
}

@Suite(.cases)
struct ReplayLoadsTests {
    @Test func `a preview is asked for a moment after the last key, and a former filter's answer is nobody's`() {
        var load = ReplayPreviewLoad()
        guard case .previewReplays(let token, 1, _)? = load.nextLoad(1, EventFilter(), at: Sample.now) else {
            Issue.record("nothing was asked")
            return
        }
        load.restart(at: Sample.now)
        load.accept(token: token, .success(ReplayPreview(count: 3, eventIDs: [])), at: Sample.now)
        #expect(load.value == nil)
        let command1 = load.nextLoad(1, EventFilter(), at: Sample.now)
        #expect(command1 == nil)
        let due = Sample.now.advanced(byMilliseconds: 200)
        #expect(load.nextDeadline == due)
        let next = load.nextLoad(1, EventFilter(), at: due)
        #expect(next != nil)
    }

    @Test func `news ask again for the same filter, a second later`() {
        var load = ReplayPreviewLoad()
        _ = load.nextLoad(1, EventFilter(), at: Sample.now)
        load.accept(token: 1, .success(ReplayPreview(count: 3, eventIDs: [])), at: Sample.now)
        #expect(load.nextDeadline == nil)
        load.refresh(at: Sample.now)
        #expect(load.value?.count == 3, "it is shown until the other is there")
        #expect(load.nextDeadline == Sample.now.advanced(bySeconds: 1))
    }

    @Test func `jobs that ended since the last look are given once`() {
        var load = ReplayJobsLoad()
        func answer(_ jobs: [ReplayJob], after seconds: Int64) -> [Int64] {
            let now = Sample.now.advanced(bySeconds: seconds)
            load.invalidate()
            guard case .loadReplays(let token, 1)? = load.nextLoad(1, at: now) else { return [-1] }
            return load.accept(token: token, .success(jobs), at: now).map(\.id)
        }
        let ended3 = answer([ReplayTests.job(2, .completed), ReplayTests.job(1)], after: 0)
        #expect(ended3 == [])
        let ended4 = answer([ReplayTests.job(2, .completed), ReplayTests.job(1, .completed)], after: 1)
        #expect(ended4 == [1])
        let ended5 = answer([ReplayTests.job(2, .completed), ReplayTests.job(1, .completed)], after: 2)
        #expect(ended5 == [])
        load.reset()
        #expect(load.jobs.isEmpty && !load.hasLoaded)
    }

    @Test func `what could not be read is asked for again after a pause, without any news`() {
        let later = Sample.now.advanced(bySeconds: 2)
        var preview = ReplayPreviewLoad()
        #expect(preview.nextLoad(1, EventFilter(), at: Sample.now) != nil)
        preview.accept(token: 1, .failure(.failed("Locked.")), at: Sample.now)
        #expect(preview.failure == "Locked." && preview.nextDeadline == later)
        #expect(preview.nextLoad(1, EventFilter(), at: later) != nil)

        var jobs = ReplayJobsLoad()
        #expect(jobs.nextLoad(1, at: Sample.now) != nil)
        _ = jobs.accept(token: 1, .failure(.failed("Locked.")), at: Sample.now)
        #expect(jobs.nextDeadline == later)
        #expect(jobs.nextLoad(1, at: later) != nil)

        var failures = FailuresLoad()
        #expect(failures.nextLoad(1, at: Sample.now) != nil)
        failures.accept(token: 1, .failure(.failed("Locked.")), at: Sample.now)
        #expect(failures.nextDeadline == later)
        #expect(failures.nextLoad(1, at: later) != nil)

        var apex = ApexBoard()
        #expect(apex.nextLoad(1, at: Sample.now) != nil)
        apex.accept(.failure(.failed("Locked.")), at: Sample.now)
        #expect(apex.nextDeadline == later)
        #expect(apex.nextLoad(1, at: later) != nil)
    }
}
