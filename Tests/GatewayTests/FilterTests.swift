import Domain
import EngineTestSupport
import HTTPTypes
import Primitives
import TestSupport
import Testing

@testable import Gateway

/// `filter=` means the same wherever events are asked for.
struct FilterTests {
    private static let lists = ["/instances/401/events", "/instances/events", "/instances/401/deliveries"]

    private func filled() async throws -> Fixture {
        let fixture = Fixture()
        try await fixture.makeInstance()
        fixture.addEvent(1, instance: 401)
        fixture.addEvent(2, instance: 401, object: "Lead")
        fixture.addEvent(3, instance: 401, state: .dead)
        return fixture
    }

    @Test(arguments: lists)
    func `a list gives what the text finds, and what is beside it holds too`(path: String) async throws {
        let fixture = try await filled()
        let key = path.hasSuffix("deliveries") ? "notificationId" : "sequence"
        let cases: [(String, [Int64])] = [
            ("", [3, 2, 1]), ("filter=object:Lead", [2]), ("filter=object:Lead%20%7C%20state:dead", [3, 2]),
            ("filter=-(object:Lead)", [3, 1]), ("filter=instance:ACME", [3, 2, 1]), ("filter=instance:other", []),
            ("filter=-object:Lead&replay=failed", []), ("filter=object:Lead%0D%0A%7C%09state:dead", [3, 2]),
        ]
        for (query, expected) in cases {
            let answer = try await fixture.call(.get, "\(path)?\(query)")
            #expect(answer.status == 200, "\(query): \(answer.text)")
            #expect(answer.json.array?.compactMap { $0[key]?.integer } == expected, "\(query)")
        }
    }

    @Test(arguments: lists + ["/elements/api-v2/events/stream"])
    func `a wrong one is refused with the place`(path: String) async throws {
        let fixture = try await filled()
        let answer = try await fixture.call(.get, "\(path)?filter=object:Lead%20state:lost")
        #expect(answer.status == 400)
        #expect(answer.message?.hasPrefix("At character 19 of the filter: state is one of queued") == true)
    }

    @Test(arguments: lists, ["until", "change", "name", "id", "event", "Object"])
    func `a term that stands beside the filter is refused and not passed over`(path: String, term: String)
        async throws
    {
        let fixture = try await filled()
        let answer = try await fixture.call(.get, "\(path)?\(term)=1h")
        #expect(answer.status == 400, "\(answer.text)")
        let words = ["write it in filter, as in filter=\(term):\u{2026}", "did you mean"]
        #expect(words.contains { answer.message?.contains($0) == true }, "\(answer.text)")
    }

    @Test(arguments: lists, ["type=CREATED", "nextPageToken=azE", "Elements-Next-Page-Token=azE"])
    func `so is what another API would call a parameter of this one`(path: String, query: String) async throws {
        let fixture = try await filled()
        let answer = try await fixture.call(.get, "\(path)?\(query)")
        #expect(answer.status == 400, "\(answer.text)")
        #expect(answer.message?.contains(query.hasPrefix("type") ? "it takes filter" : "as nextPage") == true)
    }

    @Test func `a bulk replay takes a text, and a wrong one sends nothing`() async throws {
        let fixture = try await filled()
        let dry = try await fixture.call(
            .post,
            "/instances/401/replays",
            #"{"filter":"state:dead | object:Lead","dryRun":true}"#
        )
        #expect(dry.json["count"]?.integer == 2)
        let begun = try await fixture.call(.post, "/instances/401/replays", #"{"filter":"-object:Lead acme*"}"#)
        #expect(begun.status == 200 && begun.json["filter"] == "-object:Lead acme*")
        let wrong = try await fixture.call(.post, "/instances/401/replays", #"{"filter":"(state:dead"}"#)
        #expect(wrong.status == 400)
        #expect(wrong.message?.contains("At character 1 of the filter: This ( is not closed") == true)
        #expect(try await fixture.engine.memory.replayJobs(nil, onlyOpen: false, limit: 9).count == 1)
    }
}
