import Domain
import Primitives
import Testing

@testable import signalbox

struct ReplayRateTests {
    @Test(arguments: [("5/s", 200), ("5", 200), ("30/m", 2000), ("0.5/s", 2000)])
    func `a rate is a pause between replays of named events`(text: String, milliseconds: Int64) throws {
        #expect(try ReplayRate(parsing: text).pause == .milliseconds(milliseconds))
    }

    @Test func `a bulk replay takes whole numbers a second`() throws {
        #expect(try ReplayRate(parsing: "120/m").perSecond() == 2)
        #expect(try ReplayRate(parsing: "1000/s").perSecond() == 1000)
        for text in ["30/m", "0.5/s", "2000/s"] {
            #expect { try ReplayRate(parsing: text).perSecond() } throws: { "\($0)".contains("1/s to 1000/s") }
        }
    }

    @Test(arguments: ["", "fast", "5/d", "0/s", "-1"])
    func `what is no rate is refused`(text: String) {
        #expect(throws: UsageError.self) { try ReplayRate(parsing: text) }
    }

    @Test func `a filter becomes the query of the API`() throws {
        let query = try EventQuery(option: "state:dead object:Case,Account x", instance: 4, now: .distantPast)
        #expect(query.path == "/instances/4/events")
        #expect(query.query.map(\.0) == ["objects", "status", "searchText"])
        #expect(query.query.map(\.1) == ["Account,Case", "dead", "x"])
        #expect { try EventQuery(option: "a:b", instance: nil, now: .distantPast) } throws: {
            "\($0)".hasPrefix("--filter: ")
        }
    }
}
