import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct WordsTests {
    @Test(arguments: [
        (1, "1 minute"), (2, "2 minutes"), (59, "59 minutes"), (60, "1 hour"), (61, "1 h 1 min"), (120, "2 hours"),
        (1439, "23 h 59 min"), (1440, "1 day"),
    ])
    func `minutes in words`(minutes: Int, words: String) { #expect(Words.minutes(minutes) == words) }

    @Test(
        arguments: [
            (-5, "1 s"), (0, "1 s"), (1, "1 s"), (59, "59 s"), (60, "1 min"), (125, "2 min 5 s"), (600, "10 min"),
            (3599, "59 min"), (3600, "1 h"), (12_000, "3 h 20 min"), (172_799, "47 h 59 min"), (172_800, "2 days"),
            (.max, "106751991167300 days"),
        ] as [(Int, String)]
    )
    func `a duration in words`(seconds: Int, words: String) { #expect(Words.duration(seconds) == words) }

    @Test func `a number that no Int holds has a duration too`() {
        #expect(Words.duration(UInt64.max) == Words.duration(Int.max))
    }

    @Test(arguments: [(0, "0 B"), (1023, "1023 B"), (1024, "1 KB"), (1_048_575, "1023 KB"), (1_048_576, "1 MB")])
    func `bytes in words`(count: Int, words: String) { #expect(Words.bytes(count) == words) }

    @Test(arguments: [(0, "0 events"), (1, "1 event"), (1204, "1 204 events")])
    func `a count with its noun`(count: Int, words: String) { #expect(Words.count(count, "event") == words) }

    @Test(arguments: [
        ("refused", "refused."), ("Refused.", "Refused."), ("Really?", "Really?"), ("(It is.)", "(It is.)"),
        ("(so it is)", "(so it is)."), ("", ""), ("and so on…", "and so on…"),
    ])
    func `one full stop ends a sentence`(text: String, sentence: String) { #expect(text.sentenceEnd == sentence) }

    @Test(arguments: [
        (AttemptOutcome.response(status: 503), "503"), (.failure("The host refused the connection."), "refused"),
        (.failure("No answer in time"), "no answer"), (.failure("It did not answer in time"), "timed out"),
        (.failure("closed the connection early"), "cut off"), (.failure("TLS handshake"), "TLS"),
        (.failure("Something else"), "Something else"),
    ])
    func `an outcome in a word`(outcome: AttemptOutcome, words: String) { #expect(Words.briefly(outcome) == words) }

    @Test func `a poll's changes, or that there are none`() {
        var summary = PollSummary()
        #expect(summary.sentence == "nothing new")
        summary.result.created = 2
        summary.result.deleted = 1000
        #expect(summary.sentence == "2 created, 1 000 deleted")
    }
}

@Suite(.cases)
struct ProgressBarTests {
    private func line(_ share: Double, _ facts: [String], width: Int) -> String {
        ProgressBar.line(share, facts: facts.map { StyledText(DisplayText($0)) }, width: width, glyphs: .ascii)
            .spans.map(\.text.string).joined()
    }

    @Test func `what does not fit goes in its order: the bar's length, later facts, the bar, the rest`() {
        let facts = ["340 of 1 204", "3 failed", "10/s", "1 min left"]
        var last = facts.count
        for width in stride(from: 90, through: 10, by: -1) {
            let text = line(0.28, facts, width: width)
            let count = facts.filter(text.contains).count
            #expect(text.contains("28 %") && text.contains(facts[0]), "\(width)")
            #expect(count <= last)
            if width >= 20 { #expect(text.count <= width, "\(width): \(text)") }
            last = count
        }
        #expect(last == 1)
    }

    @Test(arguments: [(Double.nan, "0 %"), (.infinity, "0 %"), (-3, "0 %"), (7, "100 %")])
    func `a share that is none is shown as the nearest one`(share: Double, words: String) {
        #expect(line(share, [], width: 40).hasSuffix(words))
    }
}
