import Domain
import Drawing
import Primitives
import TestSupport
import Testing

@testable import Interface

/// What an attempt's time was made of, as a bar and in words.
@Suite(.cases)
struct AttemptTimesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var total: Int
        var firstByte: Int?
        var phases: AttemptPhases?
        var bar: String
        var legend: String
        var outcome = AttemptOutcome.response(status: 200)
        var url = "https://app.example/"

        var testDescription: String { name }
    }

    private static let failed = AttemptOutcome.failure("It failed.")

    static let cases = [
        Case(
            name: "all of it",
            total: 20,
            firstByte: 16,
            phases: AttemptPhases(resolve: 2, connect: 4, tls: 6),
            bar: "..~~~~++++++====----",
            legend: ". name 2, ~ connection 4, + TLS 6, = waiting 4, - answer 4"
        ),
        Case(
            name: "used again",
            total: 10,
            firstByte: 5,
            phases: AttemptPhases(isReused: true),
            bar: "==========----------",
            legend: "= waiting 5, - answer 5; the connection was used again"
        ),
        Case(
            name: "not measured",
            total: 10,
            firstByte: 5,
            bar: "==========----------",
            legend: "= waiting 5, - answer 5"
        ),
        Case(
            name: "no answer",
            total: 10,
            phases: AttemptPhases(resolve: 1, connect: 1),
            bar: "..~~================",
            legend: ". name 1, ~ connection 1, = waiting 8"
        ),
        Case(
            name: "the name took all of it",
            total: 10,
            phases: AttemptPhases(),
            bar: "....................",
            legend: ". name 10, where it ended",
            outcome: failed
        ),
        Case(
            name: "the name has no address",
            total: 11,
            phases: AttemptPhases(resolve: 10),
            bar: "....................",
            legend: ". name 11, where it ended",
            outcome: failed
        ),
        Case(
            name: "no connection",
            total: 10,
            phases: AttemptPhases(resolve: 2),
            bar: "....~~~~~~~~~~~~~~~~",
            legend: ". name 2, ~ connection 8, where it ended",
            outcome: failed
        ),
        Case(
            name: "no connection to an address",
            total: 10,
            phases: AttemptPhases(),
            bar: "~~~~~~~~~~~~~~~~~~~~",
            legend: "~ connection 10, where it ended",
            outcome: failed,
            url: "http://[::1]:8080/"
        ),
        Case(
            name: "no TLS",
            total: 10,
            phases: AttemptPhases(resolve: 1, connect: 1),
            bar: "..~~++++++++++++++++",
            legend: ". name 1, ~ connection 1, + TLS 8, where it ended",
            outcome: failed
        ),
        Case(
            name: "no answer without TLS",
            total: 10,
            phases: AttemptPhases(connect: 1),
            bar: "~~==================",
            legend: "~ connection 1, = waiting 9, where it ended",
            outcome: failed,
            url: "http://127.0.0.1/"
        ),
        Case(
            name: "no answer on a connection that was used again",
            total: 10,
            phases: AttemptPhases(isReused: true),
            bar: "====================",
            legend: "= waiting 10, where it ended; the connection was used again",
            outcome: failed
        ),
        Case(
            name: "the answer broke off",
            total: 10,
            firstByte: 4,
            phases: AttemptPhases(connect: 1, tls: 1),
            bar: "~~++====------------",
            legend: "~ connection 1, + TLS 1, = waiting 2, - answer 6, where it ended",
            outcome: failed
        ),
        Case(
            name: "failed and not measured",
            total: 10,
            bar: "====================",
            legend: "= waiting 10",
            outcome: failed
        ),
        Case(name: "nothing at all", total: 0, bar: "====================", legend: "= waiting 0"),
        Case(
            name: "nonsense",
            total: 10,
            firstByte: 99,
            phases: AttemptPhases(resolve: 7, connect: 7, tls: -3),
            bar: "..............~~~~~~",
            legend: ". name 7, ~ connection 3, + TLS 0, = waiting 0, - answer 0"
        ),
    ]

    private static func attempt(
        _ total: Int,
        _ firstByte: Int?,
        _ phases: AttemptPhases?,
        _ outcome: AttemptOutcome,
        _ url: String
    ) -> Attempt {
        Attempt(
            notificationID: 1,
            number: 1,
            isReplay: false,
            startedAt: Timestamp(seconds: 0),
            milliseconds: total,
            firstByteMilliseconds: firstByte,
            phases: phases,
            url: url,
            outcome: outcome
        )
    }

    @Test(arguments: cases) func `bar and legend show each part, without colours too`(_ example: Case) {
        let times = AttemptTimes(
            Self.attempt(example.total, example.firstByte, example.phases, example.outcome, example.url)
        )
        #expect(times.bar(columns: 20, glyphs: .ascii).text.description == example.bar)
        #expect(times.legend(glyphs: .ascii, time: { String($0) }).text.description == example.legend)
    }

    @Test func `a bar is never longer or shorter than it is to be, whatever was stored`() async {
        await Fuzz.run("attempt times", rounds: 2000) { hostile, note in
            func number() -> Int {
                hostile.one(of: [0, 1, 7, 1000, -1, .max, .min], or: 0)
            }
            func maybe() -> Int? { hostile.chance(1, in: 3) ? nil : number() }
            let phases = AttemptPhases(
                resolve: maybe(),
                connect: maybe(),
                tls: maybe(),
                isReused: hostile.chance(1, in: 2)
            )
            let attempt = Self.attempt(
                number(),
                maybe(),
                hostile.chance(1, in: 4) ? nil : phases,
                hostile.chance(1, in: 2) ? Self.failed : .response(status: 500),
                hostile.one(of: ["https://a.example/", "http://[::1]/", "", "x"], or: "")
            )
            note("\(attempt)")
            let columns = Int.random(in: 1...40, using: &hostile.random)
            let times = AttemptTimes(attempt)
            #expect(times.bar(columns: columns, glyphs: .unicode).text.description.count == columns)
            #expect(times.parts.reduce(0) { $0 + $1.milliseconds } == times.total)
        }
    }
}
