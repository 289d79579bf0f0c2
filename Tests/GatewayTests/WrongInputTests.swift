import Domain
import EngineTestSupport
import HTTPTypes
import Primitives
import TestSupport
import Testing

/// Every wrong call gets its status and one sentence that names the fault.
struct WrongInputTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let method: HTTPRequest.Method
        let path: String
        var body: String?
        let status: Int
        let message: String

        init(_ method: HTTPRequest.Method, _ path: String, _ status: Int, _ message: String) {
            self.init(method, path, nil, status, message)
        }

        init(_ method: HTTPRequest.Method, _ path: String, _ body: String?, _ status: Int, _ message: String) {
            self.method = method
            self.path = path
            self.body = body
            self.status = status
            self.message = message
        }

        var testDescription: String { "\(method) \(path) \(body ?? "")" }
    }

    static let cases = [
        Case(.get, "/instances/abc", 404, "There is no instance \u{201C}abc\u{201D}; ids of instances are numbers."),
        Case(.get, "/instances/99", 404, "There is no instance 99."),
        Case(.delete, "/instances/99", 404, "There is no instance 99."),
        Case(.post, "/instances/99/poll", 404, "There is no instance 99."),
        Case(
            .patch,
            "/instances",
            "{}",
            400,
            "The call names no instance: put its id into the path, or its token into the Authorization header as Element."
        ),
        Case(
            .get,
            "/instances/events/analytics?from=-9223372036854775808",
            400,
            "from is a moment like 2026-11-23T18:00:00Z; \u{201C}-9223372036854775808\u{201D} is not."
        ),
        Case(
            .get,
            "/instances/events/analytics/accounts?to=9223372036854775807",
            400,
            "to is a moment like 2026-11-23T18:00:00Z; \u{201C}9223372036854775807\u{201D} is not."
        ),
        Case(
            .get,
            "/instances/events/analytics?interval=day&from=0001-01-01&to=9999-12-31",
            400,
            "By day, at most 878400 hours can be asked for; choose a longer interval."
        ),
        Case(.post, "/instances", nil, 400, "The call needs a JSON object as its body."),
        Case(.post, "/instances", "[]", 400, "The body must be a JSON object."),
        Case(
            .post,
            "/instances",
            "{\"a\":}",
            400,
            "The body is not valid JSON at byte 5: a value can't begin with this character."
        ),
        Case(
            .post,
            "/instances",
            #"{"name":"a"}"#,
            400,
            #"element is missing; Signalbox knows {"element": {"key": "sfdc"}}."#
        ),
        Case(
            .post,
            "/instances",
            #"{"name":"a","element":{"key":"hubspot"}}"#,
            400,
            #"element must be {"key": "sfdc"}; Signalbox connects Salesforce only."#
        ),
        Case(.post, "/instances", #"{"element":{"key":"sfdc"}}"#, 400, "name is missing; give the instance a name."),
        Case(
            .post,
            "/instances",
            #"{"element":{"key":"sfdc"},"name":" <b> "}"#,
            400,
            "name is empty; give the instance a name."
        ),
        Case(
            .post,
            "/instances",
            #"{"element":{"key":"sfdc"},"name":"a","tags":"x"}"#,
            400,
            "tags must be a list of at most 100 texts."
        ),
        Case(
            .post,
            "/instances",
            #"{"element":{"key":"sfdc"},"name":"a","configuration":[]}"#,
            400,
            "configuration must be an object of settings."
        ),
        Case(
            .post,
            "/instances",
            #"{"element":{"key":"sfdc"},"name":"a","providerData":{"code":7}}"#,
            400,
            "providerData.code must be the code of the redirect, as a text."
        ),
        Case(
            .post,
            "/instances",
            #"{"element":{"key":"sfdc"},"name":"a","configuration":{"event.poller.refresh_interval":"0"}}"#,
            400,
            "Event poller refresh interval (event.poller.refresh_interval) is a whole number of minutes from 1 to 1440; "
                + "\u{201C}0\u{201D} is not."
        ),
        Case(
            .post,
            "/instances",
            #"{"element":{"key":"sfdc"},"name":"a","configuration":{"event.notification.callback.url":"ftp://x"}}"#,
            400,
            "Event Notification Callback URL (event.notification.callback.url) must begin with http:// or https://."
        ),
        Case(
            .put,
            "/instances/401",
            "{}",
            400,
            "configuration is missing; PUT replaces the whole instance, PATCH changes parts."
        ),
        Case(.put, "/instances/401/poll", nil, 405, "PUT is not possible here; POST is."),
        Case(.post, "/instances/401", nil, 405, "POST is not possible here; DELETE, GET, HEAD, PATCH, PUT is."),
        Case(.get, "/elements/sfdc/nowhere", 404, "Nothing is here; GET /openapi.json lists every call."),
        Case(
            .get,
            "/elements/api-v2/elements/hubspot/metadata",
            404,
            "There is no element \u{201C}hubspot\u{201D}; Signalbox knows sfdc."
        ),
        Case(.get, "/elements/sfdc/oauth/url?callbackUrl=https://a.example", 400, "apiKey is missing in the query."),
        Case(
            .get,
            "/elements/sfdc/oauth/url?apiKey=k&callbackUrl=nowhere",
            400,
            "callbackUrl must begin with http:// or https://."
        ),
        Case(
            .get,
            "/instances?pageSize=0",
            400,
            "pageSize is a whole number from 1 to 2000; \u{201C}0\u{201D} is not."
        ),
        Case(
            .get,
            "/instances?pageSize=2001",
            400,
            "pageSize is a whole number from 1 to 2000; \u{201C}2001\u{201D} is not."
        ),
        Case(
            .get,
            "/instances?nextPage=zzz",
            400,
            "nextPage is not a token of this API; leave it out to begin at the first page."
        ),
        Case(.get, "/instances?hydrate=perhaps", 400, "hydrate is true or false; \u{201C}perhaps\u{201D} is neither."),
        Case(
            .get,
            "/instances/401/events?filter=object:Lead&filter=-state:dead",
            400,
            "filter stands twice in the query; send it once."
        ),
        Case(
            .get,
            "/elements/api-v2/events/stream?instanceId=401&instanceId=402&instanceId=403",
            400,
            "instanceId stands 3 times in the query; send it once."
        ),
        Case(
            .get,
            "/instances/401/events?state=dead",
            400,
            "This call has no parameter \u{201C}state\u{201D}; did you mean status?"
        ),
        Case(
            .get,
            "/instances/events?Filter=state:dead",
            400,
            "This call has no parameter \u{201C}Filter\u{201D}; did you mean filter?"
        ),
        Case(
            .get,
            "/elements/api-v2/events/stream?filtre=state:dead",
            400,
            "This call has no parameter \u{201C}filtre\u{201D}; did you mean filter?"
        ),
        Case(
            .get,
            "/instances/401/deliveries?filter[]=state:dead",
            400,
            "This call has no parameter \u{201C}filter[]\u{201D}; did you mean filter?"
        ),
        Case(
            .get,
            "/instances/events?searchText=***",
            400,
            "searchText has no letter and no digit; write words of a record, or leave it out."
        ),
        Case(
            .post,
            "/instances/401/apex",
            #"{"prodution":true}"#,
            400,
            "The body has no \u{201C}prodution\u{201D}; its members are production."
        ),
        Case(
            .delete,
            "/instances/401/apex",
            #"{"prodution":true}"#,
            400,
            "The body has no \u{201C}prodution\u{201D}; its members are production."
        ),
        Case(
            .post,
            "/instances/401/authorizations",
            #"{"configurtion":{}}"#,
            400,
            "An instance has no member \u{201C}configurtion\u{201D}; change name, tags, configuration or providerData."
        ),
        Case(
            .post,
            "/authorizations",
            #"{"event.objects":"Lead"}"#,
            400,
            "event.objects is a setting; put it under configuration, as {\"configuration\": {\"event.objects\": …}}."
        ),
        Case(
            .patch,
            "/instances/401",
            #"{"disabled":true}"#,
            400,
            "disabled isn't changed by this call; PUT /instances/{id}/enabled enables the instance, DELETE disables it."
        ),
        Case(
            .put,
            "/instances/401",
            #"{"configuration":{"event.notification.enabled":true},"eventsEnabled":false}"#,
            400,
            "eventsEnabled isn't changed by itself; set event.notification.enabled under configuration."
        ),
        Case(
            .patch,
            "/instances/401",
            #"{"id":402,"name":"b"}"#,
            400,
            "The call is on instance 401, and the body's id is another's."
        ),
        Case(
            .post,
            "/instances",
            #"{"element":{"key":"sfdc"},"name":"b","disabled":true}"#,
            400,
            "disabled: an instance begins enabled; DELETE /instances/{id}/enabled disables it once it is there."
        ),
        Case(.get, "/instances/%zz", 400, "The address is not properly percent-encoded."),
        Case(
            .get,
            "/instances/events?from=soon",
            400,
            "from is a moment like 2026-11-23T18:00:00Z; \u{201C}soon\u{201D} is not."
        ),
        Case(.get, "/instances/events?from=2026-11-24&to=2026-11-23", 400, "from is later than to; swap them."),
        Case(
            .get,
            "/instances/events?eventTypes=MOVED",
            400,
            "eventTypes are CREATED, UPDATED and DELETED; \u{201C}MOVED\u{201D} is none of them."
        ),
        Case(
            .get,
            "/instances/events?status=OLD",
            400,
            "status is NEW, RECEIVED, DISPATCHED, CONSUMED, NOTIFIED or a state of the delivery; \u{201C}OLD\u{201D} is not."
        ),
        Case(
            .get,
            "/instances/events?objectId=short",
            400,
            "objectId is a record id of 15 or 18 characters; \u{201C}short\u{201D} is not."
        ),
        Case(.get, "/instances/events/nothing", 404, "There is no event \u{201C}nothing\u{201D}."),
        Case(.get, "/instances/events/nothing/attempts", 404, "There is no event \u{201C}nothing\u{201D}."),
        Case(.post, "/instances/events/nothing/replay", 404, "There is no event \u{201C}nothing\u{201D}."),
        Case(
            .get,
            "/instances/401/deliveries?state=lost",
            400,
            "state is one of queued, waiting, retrying, held, dead, delivered, none; \u{201C}lost\u{201D} is not."
        ),
        Case(
            .get,
            "/instances/events/analytics?interval=blink",
            400,
            "interval is one of year, quarter, month, week, day, hour, minute, second; \u{201C}blink\u{201D} is not."
        ),
        Case(
            .get,
            "/instances/events/analytics?from=2026-11-24&to=2026-11-23",
            400,
            "from is later than to; swap them."
        ),
        Case(
            .get,
            "/instances/events/analytics?interval=second&from=2026-11-22&to=2026-11-23",
            400,
            "By second, at most 23 hours can be asked for; choose a longer interval."
        ),
        Case(
            .get,
            "/instances/events/analytics/accounts?accountIds[]=7",
            403,
            "Account 7 is not yours; the only account is 1."
        ),
        Case(
            .get,
            "/instances/events/analytics?accountIds[]=1,8",
            403,
            "Account 8 is not yours; the only account is 1."
        ),
        Case(
            .get,
            "/instances/events/analytics/instances?accountIds=x",
            403,
            "Account x is not yours; the only account is 1."
        ),
    ]

    @Test(arguments: cases)
    func `a wrong call gets its status and one clear sentence`(_ wrong: Case) async throws {
        let fixture = Fixture()
        try await fixture.makeInstance()
        let answer = try await fixture.call(wrong.method, wrong.path, wrong.body)
        #expect(answer.status == wrong.status)
        #expect(answer.message == wrong.message)
        #expect(answer.json["requestId"]?.string == answer.header("Elements-Request-Id"))
    }

    @Test func `a wrong setting applies nothing of what came with it`() async throws {
        let fixture = Fixture()
        let instance = try await fixture.makeInstance()
        let patch = #"{"name":"new","configuration":{"event.objects":"Lead","event.vendor.type":"pigeon"}}"#
        let answer = try await fixture.call(.patch, "/instances/401", patch)
        #expect(answer.status == 400)
        let fault = "Event type (event.vendor.type) is polling or webhooks; \u{201C}pigeon\u{201D} is neither."
        #expect(answer.message == fault)
        #expect(try await fixture.engine.memory.instance(401) == instance)
    }

    @Test func `a body must be JSON and say so`() async throws {
        let fixture = Fixture()
        let answer = try await fixture.call(
            .post,
            "/instances",
            "a=b",
            headers: [.contentType: "application/x-www-form-urlencoded"]
        )
        #expect(answer.status == 415)
        #expect(
            answer.message
                == "The body must be JSON; send Content-Type: application/json instead of application/x-www-form-urlencoded."
        )
    }

    @Test func `too long a body is refused`() async throws {
        let fixture = Fixture(bodyLimit: 100)
        let answer = try await fixture.call(.post, "/instances", String(repeating: " ", count: 101))
        #expect(answer.status == 413)
        #expect(answer.message == "The body is longer than 100 bytes; send less at once.")
    }

    @Test func `what clients of the original send beside is ignored`() async throws {
        let fixture = Fixture()
        try await fixture.makeInstance()
        // No description has them, so that the answer is not held against one.
        let path = Fixture.base + "/instances/401/events?_cache=1&includeCustom=true"
        let headers: HTTPFields = [.authorization: Fixture.authorization]
        #expect(try await Fixture.send(fixture.management, .get, path, nil, headers).status == 200)
    }

    @Test func `405 names what is possible`() async throws {
        let fixture = Fixture()
        let answer = try await fixture.call(.put, "/instances/401/poll")
        #expect(answer.header("Allow") == "POST")
    }
}
