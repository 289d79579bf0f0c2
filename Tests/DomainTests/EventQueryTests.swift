import Domain
import Primitives
import Testing

struct EventQueryTests {
    private static let now = Timestamp(seconds: 1_764_000_000)

    private func filter(_ text: String) throws -> EventFilter { try EventQuery(parsing: text, now: Self.now).filter }

    @Test func `words with names restrict, the others are looked for`() throws {
        let query = try EventQuery(
            parsing: "state:dead,retrying object:Account,Invoice__c change:updated instance:3 since:2h Acme  GmbH",
            now: Self.now
        )
        #expect(query.instance == 3)
        #expect(query.filter.states == [.dead, .retrying])
        #expect(query.filter.objects == ["Account", "Invoice__c"])
        #expect(query.filter.changes == [.updated])
        #expect(query.filter.from == Self.now.advanced(bySeconds: -7200))
        #expect(query.filter.text == "Acme GmbH")
    }

    @Test func `the same name twice adds to it, and no words restrict nothing`() throws {
        #expect(try filter("state:held replay:failed").replays == [.failed])
        #expect(try filter("state:held replay:failed").states == [.held])
        #expect(try filter("state:dead -replay:succeeded").excludedReplays == [.succeeded])
        #expect(try filter("state:dead state:queued").states == [.dead, .queued])
        #expect(try filter("  ").isEmpty)
    }

    @Test func `moments and durations are taken`() throws {
        #expect(try filter("until:2026-11-23T18:00:00Z").to == Timestamp(parsing: "2026-11-23T18:00:00Z"))
        #expect(try filter("from:1h30m").from == Self.now.advanced(bySeconds: -5400))
    }

    @Test(arguments: [
        ("colour:red", "“colour:” is not known; use object"), ("state:lost", "state is one of queued"),
        ("change:merged", "change is one of created, updated, deleted"), ("record:123", "record is an id"),
        ("since:soon", "since is a duration like 10m"), ("object:", "needs a value"),
        ("object:no!", "object is an API name"),
        ("instance:x", "instance is a number"), ("since:1h until:2h", "since is later than until"),
    ])
    func `a wrong word is named in one sentence`(text: String, sentence: String) {
        #expect { _ = try EventQuery(parsing: text, now: Self.now) } throws: { "\($0)".contains(sentence) }
    }

    @Test(arguments: [
        "state:dead,retrying", "object:Account,Case change:created", "record:003000000000001AAA", "Acme GmbH",
        "since:2026-11-23T18:00:00Z until:2026-11-23T19:00:00.500Z", "",
    ])
    func `a filter's own words find the same again`(text: String) throws {
        let once = try filter(text)
        #expect(try filter(once.words) == once)
    }
}
