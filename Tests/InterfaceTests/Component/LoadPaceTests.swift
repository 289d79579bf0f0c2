import Primitives
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct LoadPaceTests {
    private func at(_ milliseconds: Int64) -> Timestamp { Sample.now.advanced(byMilliseconds: milliseconds) }

    @Test func `one request at a time, only for what is stale, and not before the pause is over`() {
        var pace = LoadPace(pause: 500)
        let first = pace.begin(at: at(0))
        pace.invalidate()
        let isSecondAtOnce = pace.begin(at: at(9000))
        #expect(first && !isSecondAtOnce && pace.isOutstanding && pace.nextDeadline == nil)
        pace.end(isFailure: false, at: at(100))
        #expect(!pace.isOutstanding && pace.nextDeadline == at(500))
        let (early, inTime) = (pace.begin(at: at(499)), pace.begin(at: at(500)))
        #expect(!early && inTime)
        pace.end(isFailure: false, at: at(600))
        let isAgain = pace.begin(at: at(60_000))
        #expect(!isAgain && pace.nextDeadline == nil, "nothing is stale")
    }

    @Test func `what failed is asked for again by itself, two seconds later or as it is said`() {
        let cases: [(LoadPace, Int64)] = [
            (LoadPace(pause: 500), 2000), (LoadPace(pause: 0, pauseAfterFailure: 5000), 5000),
        ]
        for (initial, pause) in cases {
            var pace = initial
            _ = pace.begin(at: at(0))
            pace.end(Result<Int, Failure>.failure(.failed("Locked.")), at: at(300))
            #expect(pace.nextDeadline == at(300 + pause))
        }
    }

    @Test func `a failure shortens no longer pause`() {
        var pace = LoadPace(pause: 10_000)
        _ = pace.begin(at: at(0))
        pace.end(isFailure: true, at: at(300))
        #expect(pace.nextDeadline == at(10_000))
    }

    @Test func `the pause after what takes long is longer by so many times`() {
        var pace = LoadPace(pause: 500, rest: 4)
        _ = pace.begin(at: at(0))
        pace.invalidate()
        pace.end(isFailure: false, at: at(1000))
        #expect(pace.nextDeadline == at(5000))
    }

    @Test func `an answer that took minutes is asked for again within seconds`() {
        var pace = LoadPace(pause: 500, rest: 4)
        _ = pace.begin(at: at(0))
        pace.invalidate()
        pace.end(isFailure: false, at: at(45_000))
        #expect(pace.nextDeadline == at(45_000 + LoadPace.longestRest))
    }

    @Test func `how long a failure took makes its pause no longer`() {
        var pace = LoadPace(pause: 500, rest: 4)
        _ = pace.begin(at: at(0))
        pace.end(isFailure: true, at: at(30_000))
        #expect(pace.nextDeadline == at(32_000))
    }

    @Test func `what is urgent waits for no pause, but for the request that is under way`() {
        var pace = LoadPace(pause: 500)
        _ = pace.begin(at: at(0))
        let isSecondAtOnce = pace.begin(at: at(1), isUrgent: true)
        #expect(!isSecondAtOnce)
        pace.end(isFailure: false, at: at(2))
        let isUrgent = pace.begin(at: at(3), isUrgent: true)
        #expect(isUrgent)
    }

    @Test func `another moment holds for what is wanted anew, and for news only where none had come before`() {
        var pace = LoadPace(pause: 0, isStale: false)
        #expect(pace.nextDeadline == nil)
        pace.invalidate(notBefore: at(1000))
        pace.invalidate(notBefore: at(2000))
        #expect(pace.nextDeadline == at(1000))
        _ = pace.begin(at: at(1000))
        pace.restart(notBefore: at(3000))
        #expect(!pace.isOutstanding && pace.nextDeadline == at(3000))
    }
}
