import Domain
import Primitives
import Testing

struct StatisticsTests {
    @Test(
        arguments: [
            ([], nil, nil, nil, nil), ([7], 7, 7, 7, 7), ([2, 1], 1, 2, 2, 2),
            (Array(1...100), 50, 95, 99, 100), (Array(1...1000).reversed(), 500, 950, 990, 1000),
            ([-5, 0], 0, 0, 0, 0), ([1, 1, 1, .max], 1, .max, .max, .max),
        ] as [([Int], Int?, Int?, Int?, Int?)]
    )
    func `percentiles are times that were measured`(
        _ times: [Int],
        _ half: Int?,
        _ p95: Int?,
        _ p99: Int?,
        _ most: Int?
    ) {
        let figures = CallbackFigures(times.map { .init(milliseconds: $0, isSuccess: $0 % 2 == 0) })
        #expect(figures.median == half && figures.p95 == p95 && figures.p99 == p99 && figures.slowest == most)
        #expect(figures.attempts == times.count && figures.buckets.reduce(0, +) == times.count)
        #expect(figures.failures == times.count { $0 % 2 != 0 })
    }

    @Test func `an attempt is in the bucket whose bound it stays below`() {
        for (index, bound) in CallbackFigures.bounds.enumerated() {
            func bucket(_ time: Int) -> Int? {
                CallbackFigures([.init(milliseconds: time, isSuccess: true)]).buckets.firstIndex(of: 1)
            }
            #expect(bucket(bound - 1) == index && bucket(bound) == index + 1)
        }
    }

    private func poll(second: Int64, calls: Int) -> FinishedPoll {
        FinishedPoll(at: Timestamp(seconds: second), milliseconds: 5, apiCalls: calls, events: 0, isFaulty: false)
    }

    private func history(_ polls: (second: Int64, calls: Int)...) -> PollHistory {
        PollHistory(polls.map { poll(second: $0.second, calls: $0.calls) })
    }

    @Test func `the pace of polls gives what a day of them takes`() {
        #expect(history().callsPerDay == nil && history((10, 4)).callsPerDay == nil)
        #expect(history((10, 4), (10, 4)).callsPerDay == nil)
        #expect(history((0, 50), (300, 2), (600, 2)).callsPerDay == 576)
        #expect(history((0, 1), (400, .max), (800, .max), (1200, -1)).callsPerDay == .max)
        #expect(history((0, 50), (20, 2), (599, 2)).callsPerDay == nil, "of minutes nobody knows a day")
        let minutes = (Int64(0)...12).map { poll(second: $0 * 40, calls: 2) }
        #expect(PollHistory(minutes).callsPerDay == 4320, "so many in a row are a pace")
    }

    @Test func `what a poll costs is the mean of the last twelve`() {
        #expect(history().callsPerPoll == 0 && history((10, 4), (20, 2), (30, -9)).callsPerPoll == 2)
        var history = PollHistory()
        for number in 0..<20 {
            history.record(
                FinishedPoll(
                    at: Timestamp(seconds: Int64(number)),
                    milliseconds: 1,
                    apiCalls: number < 8 ? 100 : 3,
                    events: 0,
                    isFaulty: false
                )
            )
        }
        #expect(history.callsPerPoll == 3)
    }

    @Test func `of the polls the newest stay, and a clock that was set back begins anew`() {
        var history = PollHistory()
        for second in 1...100 {
            history.record(
                FinishedPoll(
                    at: Timestamp(seconds: Int64(second)),
                    milliseconds: 1,
                    apiCalls: 1,
                    events: 0,
                    isFaulty: false
                )
            )
        }
        #expect(history.polls.count == PollHistory.most && history.polls.last?.at == Timestamp(seconds: 100))
        history.record(
            FinishedPoll(at: Timestamp(seconds: 9), milliseconds: 1, apiCalls: 1, events: 0, isFaulty: false)
        )
        #expect(history.polls.count == 1)
    }
}
