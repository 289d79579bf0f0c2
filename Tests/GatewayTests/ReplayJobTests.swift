import Domain
import EngineTestSupport
import HTTPTypes
import Primitives
import TestSupport
import Testing

@testable import Gateway

struct ReplayJobTests {
    @Test func `a dry run counts and stores nothing`() async throws {
        let fixture = Fixture()
        try await fixture.makeInstance()
        for sequence in 1...25 as ClosedRange<Int64> {
            fixture.addEvent(sequence, instance: 401, state: sequence % 5 == 0 ? .dead : .delivered)
        }
        let body = #"{"filter":{"states":["dead"]},"dryRun":true}"#
        let answer = try await fixture.call(.post, "/instances/401/replays", body)
        #expect(answer.status == 200)
        #expect(answer.json["count"]?.integer == 5)
        #expect(answer.json["eventIds"]?.array?.first == "event-5")
        #expect(try await fixture.call(.get, "/instances/401/replays").json == [])
    }

    @Test func `a job is begun, read, paused, resumed and cancelled`() async throws {
        let fixture = Fixture()
        try await fixture.makeInstance()
        fixture.addEvent(1, instance: 401)
        let begun = try await fixture.call(.post, "/instances/401/replays", #"{"filter":{"objects":["Account"]}}"#)
        #expect(begun.status == 200)
        #expect(begun.json["rate"]?.integer == 10 && begun.json["total"]?.integer == 1)
        #expect(begun.json["filter"] == ["objects": ["Account"]])
        let id = try #require(begun.json["id"]?.integer)
        #expect(try await fixture.call(.get, "/replays/\(id)").json == begun.json)
        let paused = try await fixture.call(.patch, "/replays/\(id)", #"{"state":"paused","rate":500}"#)
        #expect(paused.json["state"] == "paused" && paused.json["rate"]?.integer == 500)
        #expect(try await fixture.call(.patch, "/replays/\(id)", #"{"state":"running"}"#).json["state"] == "running")
        #expect(try await fixture.call(.delete, "/replays/\(id)").json["state"] == "cancelled")
        #expect(try await fixture.call(.get, "/instances/401/replays").json.array?.count == 1)
    }

    @Test(arguments: [
        (#"{"filter":{"object":["Account"]}}"#, "object"), (#"{"filter":{"states":["lost"]}}"#, "lost"),
        (#"{"filter":{"changes":["READ"]}}"#, "READ"), (#"{"filter":{"record":"x"}}"#, "filter.record"),
        (#"{"filter":{"from":"yesterday"}}"#, "filter.from"), (#"{"filter":[]}"#, "filter"),
        (#"{"filter":{"from":"2026-11-24T00:00:00Z","to":"2026-11-23T00:00:00Z"}}"#, "filter.from"),
        (#"{"filter":{"objects":[]}}"#, "filter.objects"), (#"{"filter":{"excludedReplays":[]}}"#, "leave it out"),
        (#"{"filter":{"text":"- & !"}}"#, "filter.text"), (#"{"filter":{"text":""}}"#, "filter.text"),
        (#"{"filter":""}"#, "filter is an empty text"), (#"{"filter":" \n"}"#, "leave it out"),
        (#"{"filter":null}"#, "filter is null"), (#"{"filter":{"states":null}}"#, "filter.states is null"),
        (#"{"filter":{"from":null,"states":["dead"]}}"#, "filter.from is null"), (#"{"dryRun":null}"#, "dryRun"),
        (#"{"rate":0}"#, "rate"), (#"{"rate":1001}"#, "rate"), (#"{"rate":"fast"}"#, "rate"),
        (#"{"dryrun":true}"#, "dryrun"), (#"{"dryRun":"perhaps"}"#, "dryRun"),
    ])
    func `what the filter or the body can't hold is named`(_ body: String, _ name: String) async throws {
        let fixture = Fixture()
        try await fixture.makeInstance()
        let answer = try await fixture.call(.post, "/instances/401/replays", body)
        #expect(answer.status == 400)
        #expect(answer.message?.contains(name) == true, "\(answer.text)")
        #expect(answer.json["requestId"]?.string?.isEmpty == false)
        #expect(try await fixture.engine.memory.replayJobs(nil, onlyOpen: false, limit: 9).isEmpty)
    }

    @Test func `unknown jobs and those of another instance's token are not found`() async throws {
        let fixture = Fixture()
        try await fixture.makeInstance()
        try await fixture.makeInstance(name: "other")
        let id = try #require(try await fixture.call(.post, "/instances/401/replays", "{}").json["id"]?.integer)
        for path in ["/replays/77", "/replays/x"] { #expect(try await fixture.call(.get, path).status == 404) }
        let stranger = Fixture.authorization + ", Element element-402"
        #expect(try await fixture.call(.delete, "/replays/\(id)", authorization: stranger).status == 404)
        let own = Fixture.authorization + ", Element element-401"
        #expect(try await fixture.call(.get, "/replays/\(id)", authorization: own).status == 200)
        for body in ["{}", #"{"state":"done"}"#, #"{"speed":1}"#] {
            #expect(try await fixture.call(.patch, "/replays/\(id)", body).status == 400)
        }
    }

    @Test func `no object at all is not every object`() async throws {
        let fixture = Fixture()
        try await fixture.makeInstance()
        let body = #"{"state":"paused","object":null}"#
        let answer = try await fixture.call(.patch, "/instances/401/backlogs", body)
        #expect(answer.status == 400 && answer.message == "object is the name of an object.", "\(answer.text)")
    }
}
