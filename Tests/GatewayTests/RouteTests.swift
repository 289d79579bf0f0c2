import Domain
import EngineAPI
import EngineTestSupport
import HTTPTypes
import Primitives
import Store
import TestSupport
import Testing

@testable import Gateway

struct RouteTests {
    @Test func `the description holds every route and nothing else`() async throws {
        let answer = try await Fixture().call(.get, "/openapi.json", authorization: nil)
        #expect(answer.json["openapi"]?.string == "3.1.0")
        let described = answer.json["paths"]?.members?.flatMap { path in
            path.value.members?.map { "\($0.name.uppercased()) \(path.name)" } ?? []
        }
        let routes = [Route].all.map { "\($0.method.rawValue) \($0.template)" }
        #expect(described?.sorted() == routes.sorted())
        #expect(Set(routes).count == routes.count, "no route is there twice")
    }

    @Test func `every described route is answered, and no other method`() {
        let table = RouteTable(.all)
        for route in [Route].all {
            let path = route.template.split(separator: "/").map { $0.hasPrefix("{") ? "17" : String($0) }
            guard case .found(let found, _) = table.match(route.method, path) else {
                Issue.record("\(route.method) \(route.template) is not found")
                continue
            }
            #expect(found.template == route.template)
            guard case .wrongMethod(let allowed) = table.match(.trace, path) else {
                Issue.record("TRACE \(route.template) is answered")
                continue
            }
            #expect(allowed.contains(route.method.rawValue))
        }
    }

    @Test(arguments: [
        "GET /elements/sfdc/oauth/url", "GET /elements/sfdc/metadata", "POST /instances",
        "POST /elements/sfdc/instances",
        "GET /instances", "GET /instances/1", "PUT /instances/1", "PATCH /instances/1", "DELETE /instances/1",
        "GET /instances/1/configuration", "PUT /instances/1/enabled", "DELETE /instances/1/enabled",
        "GET /instances/1/events", "GET /instances/1/events/e", "GET /instances/events", "GET /instances/events/e",
        "GET /instances/events/dispositions", "GET /instances/events/analytics",
        "GET /instances/events/analytics/instances", "GET /instances/events/analytics/accounts",
        "GET /instances/1/event-poller-records", "POST /instances/1/poll", "GET /instances/1/webhook",
        "GET /instances/1/deliveries", "GET /instances/events/e/attempts", "POST /instances/events/e/replay",
        "GET /events/stream", "GET /instances/1/apex", "POST /instances/1/apex", "DELETE /instances/1/apex",
        "POST /instances/1/replays", "GET /replays/1", "PATCH /replays/1", "DELETE /replays/1",
    ])
    func `the contract's calls are there`(_ call: String) throws {
        let words = call.split(separator: " ").map(String.init)
        let method = try #require(HTTPRequest.Method(words[0]))
        let path = (Route.base + words[1]).split(separator: "/").map(String.init)
        guard case .found = RouteTable(.all).match(method, path) else {
            Issue.record("\(call) is not answered")
            return
        }
    }

    @Test(
        arguments: [
            ("/a%20b/c+d?x=1+2&y=%26&z", ["a b", "c+d"], "1 2"), ("/?x=", [], nil), ("//a//?x=%C3%A4", ["a"], "ä"),
            ("/a?x=1#f", ["a"], "1"), ("/a?x=1%0D%0A%092", ["a"], "1\r\n\t2"),
        ] as [(String, [String], String?)]
    )
    func `addresses are decoded once`(_ text: String, _ segments: [String], _ value: String?) throws {
        let target = try #require(RequestTarget(text))
        #expect(target.segments == segments)
        #expect(target["x"] == value)
    }

    @Test(arguments: ["/%", "/%4", "/%zz", "/%ff", "/a%00b", "/a%0Ab", "/?%0a=x", "/?x=%00", "/?x=%1B"])
    func `addresses that can't be decoded are refused`(_ text: String) { #expect(RequestTarget(text) == nil) }

    @Test(arguments: [
        ("/instances/a%00b", "control character"), ("/instances?searchText=%1b", "control character"),
        ("/instances/%zz", "percent-encoded"), ("/instances/%f", "percent-encoded"),
        ("/instances/%ff", "percent-encoded"),
    ])
    func `what is wrong with an address is said`(_ path: String, _ words: String) async throws {
        let answer = try await Fixture().call(.get, path)
        #expect(answer.status == 400 && answer.message?.contains(words) == true, "\(answer.text)")
    }

    @Test func `health, readiness and figures are open to all who reach the listener`() async throws {
        let fixture = Fixture()
        try await fixture.makeInstance()
        fixture.addEvent(1, instance: 401)
        _ = try await fixture.webhook(.post, "/elements/api-v2/events/sfdc/nobody", "{}")
        #expect(try await fixture.call(.get, "/healthz", authorization: nil).json == ["status": "ok"])
        #expect(try await fixture.call(.head, "/healthz", authorization: nil).text.isEmpty)
        #expect(try await fixture.call(.get, "/readyz", authorization: nil).json == ["status": "ready"])
        let metrics = try await fixture.call(.get, "/metrics", authorization: nil)
        #expect(metrics.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
        for line in [
            "signalbox_events 1", "signalbox_deliveries{state=\"delivered\"} 1",
            "signalbox_instances{state=\"live\"} 1",
            "signalbox_intake_paused 0", "signalbox_webhooks_total{status=\"404\"} 1",
            "signalbox_management_calls_total{status=\"200\"} 4",
        ] { #expect(metrics.text.contains(line + "\n"), "\(line)") }
        fixture.engine.state.withLock { $0.node = "node-1" }
        let named = try await fixture.call(.get, "/readyz", authorization: nil)
        #expect(named.json == ["status": "ready", "node": "node-1"])
        fixture.engine.state.withLock { $0.isReady = false }
        #expect(try await fixture.call(.get, "/readyz", authorization: nil).status == 503)
        fixture.engine.state.withLock { $0.isReady = true }
        fixture.engine.state.withLock { $0.shortage = "Only 1 MB are free." }
        let full = try await fixture.call(.get, "/readyz", authorization: nil)
        #expect(full.status == 503)
        #expect(full.json["message"]?.string == "Only 1 MB are free.")
        let short = try await fixture.call(.get, "/metrics", authorization: nil)
        #expect(short.text.contains("signalbox_intake_paused 1\n"))
        fixture.engine.state.withLock { $0.shortage = nil }
        fixture.engine.state.withLock { $0.damage = "The database is damaged." }
        let damaged = try await fixture.call(.get, "/readyz", authorization: nil)
        #expect(damaged.status == 503 && damaged.json["message"]?.string == "The database is damaged.")
        fixture.engine.state.withLock { $0.damage = nil }
        fixture.engine.memory.fail(StoreError(.other, "gone"))
        #expect(try await fixture.call(.get, "/readyz", authorization: nil).status == 503)
    }

    @Test func `what is overdue is told by readiness, and its seconds by the figures`() async throws {
        let fixture = Fixture()
        try await fixture.makeInstance()
        func figures() async throws -> [Substring] {
            try await fixture.call(.get, "/metrics", authorization: nil).text.split(separator: "\n")
                .filter { $0.hasPrefix("signalbox_overdue_seconds") }
        }
        #expect(
            try await figures() == [
                "signalbox_overdue_seconds{activity=\"poller\"} 0",
                "signalbox_overdue_seconds{activity=\"dispatcher\"} 0",
                "signalbox_overdue_seconds{activity=\"sender\"} 0",
                "signalbox_overdue_seconds{activity=\"recorder\"} 0",
                "signalbox_overdue_seconds{activity=\"bulk_replay\"} 0",
                "signalbox_overdue_seconds{activity=\"token_renewal\"} 0",
            ],
            "a series for each kind"
        )
        fixture.engine.state.withLock {
            $0.activities = [
                ActivityStanding(kind: .poller, instance: 401, doing: "waiting for its next poll"),
                ActivityStanding(
                    kind: .poller,
                    instance: 402,
                    doing: "waiting for GET acme.my.salesforce.com/services/data",
                    overdueSince: Fixture.start,
                    overdueSeconds: 245
                ),
                ActivityStanding(
                    kind: .dispatcher,
                    doing: "reading what is due",
                    overdueSince: Fixture.start,
                    overdueSeconds: 7
                ),
            ]
        }
        #expect(
            try await figures() == [
                "signalbox_overdue_seconds{activity=\"poller\",instance=\"401\"} 0",
                "signalbox_overdue_seconds{activity=\"poller\",instance=\"402\"} 245",
                "signalbox_overdue_seconds{activity=\"dispatcher\"} 7",
                "signalbox_overdue_seconds{activity=\"sender\"} 0",
                "signalbox_overdue_seconds{activity=\"recorder\"} 0",
                "signalbox_overdue_seconds{activity=\"bulk_replay\"} 0",
                "signalbox_overdue_seconds{activity=\"token_renewal\"} 0",
            ]
        )
        let answer = try await fixture.call(.get, "/readyz", authorization: nil)
        #expect(answer.status == 503)
        #expect(
            answer.json["message"]?.string
                == "The poller of instance 402 is overdue by 245 s: waiting for GET "
                + "acme.my.salesforce.com/services/data. The dispatcher is overdue by 7 s: reading what is due."
        )
        #expect(try await fixture.call(.get, "/healthz", authorization: nil).status == 200, "the process answers")
        fixture.engine.state.withLock { $0.activities = [] }
        #expect(try await fixture.call(.get, "/readyz", authorization: nil).json == ["status": "ready"])
    }
}
