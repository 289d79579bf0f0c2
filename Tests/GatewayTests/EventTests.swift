import Domain
import EngineAPI
import FoundationEssentials
import HTTPTypes
import Primitives
import Testing

@testable import Gateway

struct EventTests {
    @Test func `a callback is held with a reason or without, and released`() async throws {
        let fixture = Fixture()
        try await fixture.makeInstance()
        let answer = try await fixture.call(.put, "/instances/401/callback-hold", #"{"reason":"they migrate"}"#)
        #expect(answer.status == 200 && answer.json["state"]?["callback"] != nil)
        #expect(fixture.engine.state.withLock { $0.holds[401] } == .some("they migrate"))
        #expect(try await fixture.call(.put, "/instances/401/callback-hold").status == 200)
        #expect(fixture.engine.state.withLock { $0.holds[401] } == .some(nil))
        #expect(try await fixture.call(.delete, "/instances/401/callback-hold").status == 200)
        #expect(fixture.engine.state.withLock { $0.holds.isEmpty })
        let wrong = try await fixture.call(.put, "/instances/401/callback-hold", #"{"why":"x"}"#)
        #expect(wrong.status == 400 && wrong.message?.contains("why") == true)
    }

    @Test(arguments: ["replay", "replayNot"])
    func `a verdict that is none is refused by name`(name: String) async throws {
        let fixture = Fixture()
        try await fixture.makeInstance()
        for list in ["events", "deliveries"] {
            #expect(try await fixture.call(.get, "/instances/401/\(list)?\(name)=failed,succeeded").status == 200)
            let wrong = try await fixture.call(.get, "/instances/401/\(list)?\(name)=lost")
            #expect(wrong.status == 400)
            #expect(wrong.message == "\(name) is succeeded or failed; \u{201C}lost\u{201D} is neither.")
        }
    }

    @Test func `an event has the original's shape`() async throws {
        let fixture = Fixture()
        try await fixture.makeInstance()
        fixture.addEvent(7, instance: 401)
        let answer = try await fixture.call(.get, "/instances/401/events/event-7")
        #expect(answer.status == 200)
        let event = answer.json
        #expect(event["id"]?.string == "event-7")
        #expect(event["status"]?.string == "NOTIFIED")
        #expect(event["eventDate"]?.string == Fixture.start.iso)
        let raw = try #require(event["providerData"]?.string)
        #expect(raw.contains(#""Amount":1.50"#), "values are spelled as the org spelled them")
        #expect(try JSON(parsing: raw)["objectType"]?.string == "Account")
        #expect(event["notifiedData"]?.array?.first?["message"]?["eventId"]?.string == "event-7")
        let instance = try #require(event["eventElementInstances"]?.array?.first)
        #expect(instance["eventId"]?.string == "event-7")
        #expect(instance["elementInstanceId"]?.integer == 401)
        #expect(instance["notificationId"]?.integer == 7)
        #expect(
            try JSON(parsing: instance["notifiedData"]?.string ?? "")["topic"]?.string == "instance-401-sfdc-events"
        )
        #expect(try await fixture.call(.get, "/instances/events/event-7").json == event)
    }

    @Test(arguments: [
        (DeliveryState.queued, "RECEIVED"), (.waiting, "RECEIVED"), (.retrying, "DISPATCHED"), (.dead, "CONSUMED"),
        (.none, "CONSUMED"), (.delivered, "NOTIFIED"),
    ])
    func `where a delivery stands has one of the original's words`(_ state: DeliveryState, _ word: String) async throws
    {
        let fixture = Fixture()
        try await fixture.makeInstance()
        fixture.addEvent(1, instance: 401, state: state)
        let listed = try await fixture.call(.get, "/instances/401/events?status=\(word)")
        #expect(listed.json.array?.first?["status"]?.string == word)
    }

    @Test func `a list may stand several times in the query, and what is empty says nothing`() async throws {
        let fixture = Fixture()
        try await fixture.makeInstance()
        for (number, object) in [(1, "Account"), (2, "Lead"), (3, "Case")] as [(Int64, String)] {
            fixture.addEvent(number, instance: 401, object: object)
        }
        let query = "objects=Lead&objects=Account&status=NOTIFIED&status=dead&pageSize=&pageSize=2"
        let listed = try await fixture.call(.get, "/instances/401/events?\(query)")
        #expect(listed.json.array?.compactMap { $0["objectType"]?.string } == ["Lead", "Account"])
    }

    @Test func `no events are an empty list, not an error`() async throws {
        let fixture = Fixture()
        try await fixture.makeInstance()
        for path in ["/instances/events", "/instances/401/events"] {
            let answer = try await fixture.call(.get, path)
            #expect(answer.status == 200)
            #expect(answer.json == [])
            #expect(answer.header("Elements-Total-Count") == "0")
        }
    }

    @Test func `history comes in pages, newest first, none left out and none twice`() async throws {
        let fixture = Fixture()
        try await fixture.makeInstance()
        try await fixture.makeInstance()
        for number in 1...7 { fixture.addEvent(Int64(number), instance: number == 4 ? 402 : 401) }
        var sequences: [Int64] = []
        var token: String? = ""
        while let next = token {
            let page = try await fixture.call(.get, "/instances/401/events?pageSize=2&nextPage=\(next)&hydrate=false")
            sequences += page.json.array?.compactMap { $0["sequence"]?.integer } ?? []
            #expect(page.header("Elements-Total-Count") == "6")
            token = page.header("Elements-Next-Page-Token")
        }
        #expect(sequences == [7, 6, 5, 3, 2, 1])
        #expect(fixture.engine.state.withLock { $0.counts } == 1, "a page must not cost what all of them do")
    }

    @Test func `an Element token sees its own events only`() async throws {
        let fixture = Fixture()
        try await fixture.makeInstance()
        try await fixture.makeInstance()
        fixture.addEvent(1, instance: 401)
        fixture.addEvent(2, instance: 402)
        let element = Fixture.authorization + ", Element element-402"
        let mine = try await fixture.call(.get, "/instances/events", authorization: element)
        #expect(mine.json.array?.compactMap { $0["id"]?.string } == ["event-2"])
        #expect(try await fixture.call(.get, "/instances/events/event-1", authorization: element).status == 404)
        #expect(try await fixture.call(.get, "/instances/402/events/event-1").status == 404)
        #expect(try await fixture.call(.get, "/instances/events").json.array?.count == 2)
    }

    @Test func `what a deleted instance left is listed by its id, and one that never was is refused`() async throws {
        let fixture = Fixture()
        try await fixture.makeInstance()
        fixture.addEvent(5, instance: 401)
        _ = try await fixture.engine.deleteInstanceReporting(401)
        for path in ["events", "deliveries"] {
            let listed = try await fixture.call(.get, "/instances/401/\(path)")
            #expect(listed.status == 200 && listed.json.array?.count == 1, "\(path): \(listed.text)")
        }
        for path in ["events/event-5", "replays"] {
            let shown = try await fixture.call(.get, "/instances/401/\(path)")
            #expect(shown.status == 200, "\(path): \(shown.text)")
        }
        for path in ["events", "events/event-5", "deliveries", "replays"] {
            let refused = try await fixture.call(.get, "/instances/402/\(path)")
            #expect(refused.status == 404 && refused.message == "There is no instance 402.", "\(path): \(refused.text)")
        }
        // Only its past is there.
        let instance = try await fixture.call(.get, "/instances/401")
        #expect(instance.status == 404)
    }

    @Test func `attempts, deliveries and dispositions tell what became of an event`() async throws {
        let fixture = Fixture()
        try await fixture.makeInstance()
        let attempts = [
            Self.attempt(1, .failure("connection refused")), Self.attempt(2, .response(status: 500)),
            Self.attempt(3, .response(status: 200)),
        ]
        fixture.addEvent(5, instance: 401, attempts: attempts)
        fixture.addEvent(6, instance: 401, state: .dead)
        let listed = try await fixture.call(.get, "/instances/events/event-5/attempts")
        #expect(listed.json.array?.map { $0["success"] } == [false, false, true])
        #expect(listed.json.array?.map { $0["error"]?.string } == ["connection refused", "answered 500", nil])
        let dead = try await fixture.call(.get, "/instances/401/deliveries?state=dead")
        #expect(dead.json.array?.compactMap { $0["notificationId"]?.integer } == [6])
        let dispositions = try await fixture.call(.get, "/instances/events/dispositions")
        let messages = dispositions.json.array?.map { event in
            event["notificationData"]?.array?.compactMap { $0["message"]?.string } ?? []
        }
        #expect(
            messages == [
                ["Given up; replay the event to send it again."],
                [
                    "Error delivering event to http://a.example/ (attempt 1): connection refused",
                    "Error delivering event to http://a.example/ (attempt 2): answered 500",
                    "Delivered event to http://a.example/ (attempt 3) in 20 ms",
                ],
            ]
        )
    }

    @Test func `a replay answers with how it ended`() async throws {
        let fixture = Fixture()
        try await fixture.makeInstance()
        fixture.addEvent(5, instance: 401)
        let plain = try await fixture.call(.post, "/instances/events/event-5/replay")
        #expect(plain.status == 200)
        #expect(plain.json["status"]?.integer == 204)
        #expect(plain.json["replay"] == true)
        let edited = #"{"callbackUrl":"http://b.example/","notification":{ "amount" : 1.50 }}"#
        let other = try await fixture.call(.post, "/instances/events/event-5/replay", edited)
        #expect(other.json["url"]?.string == "http://b.example/")
        let twice = #"{"notification":{"a":1,"a":2}}"#
        let sent = try await fixture.call(.post, "/instances/events/event-5/replay", twice)
        #expect(sent.status == 200)
        let text = #"{"notification":"not json"}"#
        #expect(try await fixture.call(.post, "/instances/events/event-5/replay", text).status == 200)
        #expect(
            fixture.engine.state.withLock { $0.replays } == [
                ReplayOptions(),
                ReplayOptions(callbackURL: "http://b.example/", notification: Array(#"{ "amount" : 1.50 }"#.utf8)),
                ReplayOptions(notification: Array(#"{"a":1,"a":2}"#.utf8)),
                ReplayOptions(notification: Array("not json".utf8)),
            ]
        )
        for wrong in [
            #"{"callbackUrl":"ftp://x"}"#, #"{"callbackUrl":null}"#, #"{"notification":7}"#,
            #"{"notification":{},"notification":{}}"#,
        ] {
            #expect(try await fixture.call(.post, "/instances/events/event-5/replay", wrong).status == 400)
        }
    }

    @Test func `each watched object has a poller record`() async throws {
        let fixture = Fixture()
        try await fixture.makeInstance(["event.objects": "Contact,Account"])
        let answer = try await fixture.call(.get, "/instances/401/event-poller-records")
        #expect(answer.json.array?.compactMap { $0["objectType"]?.string } == ["Contact", "Account"])
        #expect(answer.json.array?.first?["lagSeconds"]?.integer == 0)
    }

    static func attempt(_ number: Int, _ outcome: AttemptOutcome) -> Attempt {
        Attempt(
            id: Int64(number),
            notificationID: 5,
            number: number,
            isReplay: false,
            startedAt: Fixture.start,
            milliseconds: 20,
            url: "http://a.example/",
            outcome: outcome
        )
    }
}
