import Domain
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

    @Test func `a dashboard that is opened beside another one of the same node came back to nothing`() throws {
        let directory = try ScratchDirectory()
        func open(_ node: String?) -> OpenDashboards { OpenDashboards(dataDirectory: directory.path, node: node) }
        var first: OpenDashboards? = open(nil)
        #expect(first?.hasOthers == false)
        var second: OpenDashboards? = open(nil)
        let elsewhere = open("http://127.0.0.1:8181")
        #expect(second?.hasOthers == true && !elsewhere.hasOthers)
        first = nil
        let third = open(nil)
        #expect(third.hasOthers, "the second is still there")
        second = nil
        let fourth = open(nil)
        #expect(first == nil && second == nil && fourth.hasOthers)
        withExtendedLifetime((third, fourth, elsewhere)) {}
    }

    @Test func `after the last one is closed the next is the first again, and without a directory nobody is known`()
        throws
    {
        let directory = try ScratchDirectory()
        for _ in 0..<3 {
            let only = OpenDashboards(dataDirectory: directory.path, node: nil)
            #expect(!only.hasOthers)
        }
        #expect(!OpenDashboards(dataDirectory: directory.path + "/none", node: nil).hasOthers)
    }

    @Test func `what came is told to the first dashboard alone`() async throws {
        let directory = try ScratchDirectory()
        Absence(dataDirectory: directory.path, node: nil).begin(at: Timestamp(seconds: 100))
        let now = Timestamp(seconds: 4000)
        let first = Absence.ended(dataDirectory: directory.path, node: nil)
        let second = Absence.ended(dataDirectory: directory.path, node: nil)
        let told = try await first.words(now: now) { _ in EventCounts(total: 7) }
        let silent = try await second.words(now: now) { _ in EventCounts(total: 7) }
        #expect(told == "While you were away (1 h): 7 events." && silent == nil)
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
