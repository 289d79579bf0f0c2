import Domain
import Primitives
import Testing

@testable import Engine

/// When a callback is called failing.
struct CallbackTrendTests {
    private static let start = Timestamp(seconds: 1_800_000_000)

    private func outcome(_ status: Int, after milliseconds: Int64) -> CallbackTrend.Outcome {
        CallbackTrend.Outcome(
            Attempt(
                notificationID: 1,
                number: 1,
                isReplay: false,
                startedAt: Self.start.advanced(byMilliseconds: milliseconds),
                milliseconds: 0,
                url: "http://127.0.0.1/",
                outcome: .response(status: status)
            )
        )
    }

    /// The status shown after each of these answers, given with their milliseconds.
    private func shown(_ answers: [(Int64, Int)]) -> [Int] {
        var trend = CallbackTrend()
        return answers.map { moment, status in
            trend.record(outcome(status, after: moment))
            guard case .response(let status)? = trend.shown?.outcome else { return 0 }
            return status
        }
    }

    @Test func `one refusal among many answers changes nothing, however often it comes`() {
        let answers = (0..<600).map { (Int64($0) * 3, $0 % 12 == 11 ? 500 : 200) }
        #expect(shown(answers).allSatisfy { $0 == 200 })
    }

    @Test func `the first failure shows, and so does one long after the last success`() {
        #expect(shown([(0, 503)]) == [503])
        #expect(shown([(0, 200), (1, 200), (2, 200), (20_000, 503)]) == [200, 200, 200, 503])
        #expect(shown([(0, 200), (1, 200), (2, 200), (9_000, 503)]) == [200, 200, 200, 200])
    }

    @Test func `a callback that goes down is failing within as many failures as there were successes`() {
        let answers = (0..<64).map { (Int64($0) * 10, $0 < 32 ? 200 : 500) }
        let first = shown(answers).firstIndex(of: 500)
        #expect(first == 32 + CallbackTrend.limit / 2 - 1)
    }

    @Test func `a success shows at once, whatever was before it`() {
        let answers = (0..<40).map { (Int64($0) * 10, $0 == 39 ? 204 : 500) }
        #expect(shown(answers).last == 204)
    }

    @Test(arguments: [Int64.min, -86_400_000, 86_400_000, .max])
    func `a clock that is set in between is no reason to keep silent`(_ moment: Int64) {
        #expect(shown([(0, 200), (moment, 500)]).last == 500)
    }
}
