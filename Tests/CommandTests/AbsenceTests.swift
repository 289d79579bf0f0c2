import Primitives
import TestSupport
import Testing

@testable import signalbox

/// What is said of the time in which no dashboard was open.
struct AbsenceTests {
    @Test(
        arguments: [
            (14 * 3_600_000, 1204, 3, "While you were away (14 h): 1 204 events, 3 failed."),
            (60_000, 1, 0, "While you were away (1 min): 1 event."),
            (59 * 60_000, 2, 1, "While you were away (59 min): 2 events, 1 failed."),
            (47 * 3_600_000, 5, 0, "While you were away (47 h): 5 events."),
            (72 * 3_600_000, 5, 0, "While you were away (3 d): 5 events."), (72 * 3_600_000, 0, 0, nil),
        ] as [(Int64, Int64, Int64, String?)]
    )
    func `the sentence says how long, how many and how many failed`(
        _ away: Int64,
        _ events: Int64,
        _ failed: Int64,
        _ sentence: String?
    ) {
        #expect(Absence.sentence(away: away, events: events, failed: failed) == sentence)
    }

    @Test func `each node has its own, and the last one counts`() throws {
        let directory = try ScratchDirectory()
        func absence(_ node: String?) -> Absence { Absence(dataDirectory: directory.path, node: node) }
        #expect(absence(nil).since == nil)
        absence(nil).begin(at: Timestamp(seconds: 100))
        absence("http://a").begin(at: Timestamp(seconds: 200))
        absence(nil).begin(at: Timestamp(seconds: 300))
        #expect(absence(nil).since == Timestamp(seconds: 300))
        #expect(absence("http://a").since == Timestamp(seconds: 200))
        #expect(absence("http://b").since == nil)
    }

    @Test func `the file stays small, whatever the nodes are`() throws {
        let directory = try ScratchDirectory()
        for number in 1...150 {
            Absence(dataDirectory: directory.path, node: "http://n\(number)").begin(at: Timestamp(seconds: 1))
        }
        #expect(Absence(dataDirectory: directory.path, node: "http://n1").since == nil)
        #expect(Absence(dataDirectory: directory.path, node: "http://n150").since != nil)
    }

    @Test(arguments: ["", "null", "[1]", #"{"":"yesterday"}"#, #"{"":99999999999999999999}"#, "{", "{\"\":-1e400}"])
    func `a file that is not one says nothing`(_ text: String) throws {
        let directory = try ScratchDirectory()
        try directory.write(text, to: "absence.json")
        #expect(Absence(dataDirectory: directory.path, node: nil).since == nil)
        Absence(dataDirectory: directory.path, node: nil).begin(at: Timestamp(seconds: 100))
        #expect(Absence(dataDirectory: directory.path, node: nil).since == Timestamp(seconds: 100))
    }
}
