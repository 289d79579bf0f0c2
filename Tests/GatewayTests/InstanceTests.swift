import Domain
import EngineAPI
import EngineTestSupport
import HTTPTypes
import Primitives
import TestSupport
import Testing

@testable import Gateway

struct InstanceTests {
    /// Both examples of the seed, as they are posted once URLs and keys are filled in.
    static let seeds = [
        """
        {
          "element": {
            "key": "sfdc"
          },
          "providerData": {
            "code": "aPrxCODE"
          },
          "configuration": {
            "oauth.callback.url": "https://www.mycoolapp.com/auth",
            "oauth.api.key": "client-id",
            "oauth.api.secret": "client-secret",
            "event.notification.enabled": true,
            "event.vendor.type": "polling",
            "event.notification.callback.url": "https://staging.cloud-elements.com/elements/api-v2/instances/events",
            "event.notification.signature.key": "12345",
            "event.objects": "Contact,Account",
            "event.poller.refresh_interval": "5"
          },
          "tags": [
            "forDocs"
          ],
          "name": "mySFDCInstance"
        }
        """,
        """
        {
          "element": {
            "key": "sfdc"
          },
          "providerData": {
            "code": "aPrxCODE"
          },
          "configuration": {
            "oauth.callback.url": "https://www.mycoolapp.com/auth",
            "oauth.api.key": "client-id",
            "oauth.api.secret": "client-secret",
            "event.notification.enabled": true,
            "event.vendor.type": "webhooks",
            "event.notification.callback.url": "https://mycoolapp.com",
            "event.notification.signature.key": "12345",
            "event.objects": "Contact,Account"
          },
          "tags": [
            "forDocs"
          ],
          "name": "mySFDCInstance"
        }
        """,
    ]

    @Test(arguments: seeds, ["/instances", "/elements/sfdc/instances", "/elements/api-v2/elements/23/instances"])
    func `the seed's examples create an instance as they stand`(_ seed: String, _ path: String) async throws {
        let fixture = Fixture()
        let answer = try await fixture.call(.post, path, seed)
        #expect(answer.status == 200)
        let json = answer.json
        #expect(json["id"]?.integer == 401)
        #expect(json["name"]?.string == "mySFDCInstance")
        #expect(json["tags"] == ["forDocs"])
        #expect(json["element"]?["key"]?.string == "sfdc")
        #expect(json["elementId"]?.integer == 23)
        #expect(json["eventsEnabled"] == true)
        #expect(json["disabled"] == false)
        #expect(json["valid"] == true)
        #expect(json["provisionInteractions"] == [])
        #expect(json["externalAuthentication"] == "none")
        #expect(json["providerData"] == nil)
        #expect(json["token"]?.string == "element-401")
        let configuration = try #require(json["configuration"])
        for key in ["oauth.api.key", "oauth.api.secret", "event.notification.signature.key"] {
            #expect(configuration[key]?.string == "********")
        }
        #expect(configuration["event.objects"]?.string == "Contact,Account")
        #expect(!answer.text.contains("client-secret"))
        let draft = try #require(fixture.engine.state.withLock { $0.drafts.first })
        #expect(draft.authorizationCode == "aPrxCODE")
        #expect(draft.configuration.apiSecret == "client-secret")
        #expect(draft.configuration.refreshInterval == 5)
    }

    @Test func `an empty list is an error, as the original's clients expect`() async throws {
        let fixture = Fixture()
        let answer = try await fixture.call(.get, "/instances")
        #expect(answer.status == 404)
        #expect(answer.message == "No instances found.")
        try await fixture.makeInstance(name: "north")
        #expect(try await fixture.call(.get, "/instances?searchText=south").status == 404)
        #expect(try await fixture.call(.get, "/instances?tags%5B%5D=b").status == 404)
        #expect(try await fixture.call(.get, "/instances?searchText=NOR&tags[]=a").status == 200)
    }

    @Test func `a list comes in pages, none left out and none twice`() async throws {
        let fixture = Fixture()
        for number in 1...5 { try await fixture.makeInstance(name: "n\(number)") }
        var names: [String] = []
        var path = "/instances?pageSize=2"
        for _ in 0..<3 {
            let page = try await fixture.call(.get, path)
            #expect(page.header("Elements-Total-Count") == "5")
            names += page.json.array?.compactMap { $0["name"]?.string } ?? []
            #expect(page.header("Elements-Returned-Count") == "\(page.json.array?.count ?? 0)")
            guard let token = page.header("Elements-Next-Page-Token") else { break }
            path = "/instances?pageSize=2&nextPage=\(token)"
        }
        #expect(names == ["n1", "n2", "n3", "n4", "n5"])
    }

    @Test func `hydrate=false leaves the configuration out`() async throws {
        let fixture = Fixture()
        try await fixture.makeInstance()
        let answer = try await fixture.call(.get, "/instances?hydrate=false")
        #expect(answer.json.array?.first?["configuration"] == nil)
    }

    @Test func `PATCH merges single settings and keeps every secret`() async throws {
        let fixture = Fixture()
        #expect(try await fixture.call(.post, "/instances", Self.seeds[0]).status == 200)
        let patch = #"{"configuration":{"event.objects":"Contact","oauth.api.secret":"********"}}"#
        let answer = try await fixture.call(.patch, "/instances/401", patch)
        #expect(answer.status == 200)
        let stored = try #require(try await fixture.engine.memory.instance(401))
        #expect(stored.configuration.objects == ["Contact"])
        #expect(stored.configuration.apiSecret == "client-secret")
        #expect(stored.configuration.signatureKey == "12345")
        #expect(stored.configuration.eventsEnabled)
        #expect(stored.tags == ["forDocs"])
        #expect(stored.name == "mySFDCInstance")
    }

    @Test(
        arguments: [
            (.post, "/instances", ""), (.post, "/elements/sfdc/instances", ""),
            (.put, "/instances/401", #""configuration":{},"#), (.patch, "/instances/401", ""),
        ] as [(HTTPRequest.Method, String, String)]
    )
    func `a setting that stands beside the configuration is refused, not lost`(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ rest: String
    ) async throws {
        let fixture = Fixture()
        try await fixture.makeInstance()
        let body = #"{"name":"a","element":{"key":"sfdc"},\#(rest)"event.objects":"Contact"}"#
        let lost = try await fixture.call(method, path, body)
        #expect(lost.status == 400)
        #expect(lost.message?.hasPrefix("event.objects is a setting; put it under configuration") == true)
        #expect(fixture.engine.state.withLock { $0.drafts.count } == 1)
    }

    @Test func `PATCH refuses a member that an instance has not, and takes a whole instance back`() async throws {
        let fixture = Fixture()
        try await fixture.makeInstance()
        let unknown = try await fixture.call(.patch, "/instances/401", #"{"nmae":"x"}"#)
        #expect(unknown.status == 400 && unknown.message?.contains("nmae") == true)
        let whole = try await fixture.call(.get, "/instances/401").json
        #expect(try await fixture.call(.patch, "/instances/401", whole.text).status == 200)
    }

    @Test func `PATCH replaces tags and name and connects anew with a code`() async throws {
        let fixture = Fixture()
        #expect(try await fixture.call(.post, "/instances", Self.seeds[0]).status == 200)
        let patch = #"{"name":"new","tags":["x","x","y"],"providerData":{"code":"second"}}"#
        #expect(try await fixture.call(.patch, "/instances/401", patch).status == 200)
        let stored = try #require(try await fixture.engine.memory.instance(401))
        #expect(stored.name == "new")
        #expect(stored.tags == ["x", "y"])
        #expect(fixture.engine.state.withLock { $0.drafts.last?.authorizationCode } == "second")
    }

    @Test func `going over to another org has to be said, as true or false`() async throws {
        let fixture = Fixture()
        #expect(try await fixture.call(.post, "/instances", Self.seeds[0]).status == 200)
        for (method, rest) in [(HTTPRequest.Method.patch, ""), (.put, #", "name":"n","configuration":{}"#)] {
            for (text, meant) in [("true", true), ("false", false)] {
                let body = #"{"allowOtherOrganization": \#(text)\#(rest)}"#
                #expect(try await fixture.call(method, "/instances/401", body).status == 200)
                #expect(fixture.engine.state.withLock { $0.drafts.last?.allowsOtherOrganization } == meant)
            }
            let wrong = try await fixture.call(method, "/instances/401", #"{"allowOtherOrganization": 7\#(rest)}"#)
            #expect(wrong.status == 400 && wrong.message?.contains("allowOtherOrganization") == true)
        }
    }

    @Test func `PUT replaces everything but secrets that are sent masked`() async throws {
        let fixture = Fixture()
        #expect(try await fixture.call(.post, "/instances", Self.seeds[0]).status == 200)
        let put = #"{"name":"n","configuration":{"oauth.api.key":"other","oauth.api.secret":"********"}}"#
        #expect(try await fixture.call(.put, "/instances/401", put).status == 200)
        let stored = try #require(try await fixture.engine.memory.instance(401))
        #expect(stored.configuration.apiKey == "other")
        #expect(stored.configuration.apiSecret == "client-secret")
        #expect(stored.configuration.signatureKey.isEmpty)
        #expect(!stored.configuration.eventsEnabled)
        #expect(stored.tags.isEmpty)
    }

    @Test func `an instance as it is read can be put back, and keeps its secrets`() async throws {
        let fixture = Fixture()
        let made = try await fixture.makeInstance([
            "event.notification.headers": #"{"Authorization":"Bearer hush"}"#, "oauth.api.key": "k",
            "oauth.api.secret": "s", "oauth.user.password": "p", "oauth.user.refresh_token": "r",
            "event.notification.signature.key": "12345",
        ])
        let whole = try await fixture.call(.get, "/instances/401").json
        let answer = try await fixture.call(.put, "/instances/401", whole.text)
        #expect(answer.status == 200, "\(answer.text)")
        let stored = try await fixture.engine.memory.instance(401)
        #expect(stored?.configuration == made.configuration)
    }

    @Test func `names and tags lose their HTML`() async throws {
        let fixture = Fixture()
        let body = #"{"element":{"key":"sfdc"},"name":"<b>a</b> < b","tags":["<i>t</i>","<br>"],"configuration":{}}"#
        let answer = try await fixture.call(.post, "/instances", body)
        #expect(answer.json["name"]?.string == "a < b")
        #expect(answer.json["tags"] == ["t"])
    }

    @Test func `with an Element token the forms without an id act on its instance`() async throws {
        let fixture = Fixture()
        try await fixture.makeInstance(name: "one")
        try await fixture.makeInstance(name: "two")
        let element = Fixture.authorization + ", Element element-402"
        let shown = try await fixture.call(.get, "/instances", authorization: element)
        #expect(shown.json["name"]?.string == "two")
        let patched = try await fixture.call(.patch, "/instances", #"{"name":"zwei"}"#, authorization: element)
        #expect(patched.json["id"]?.integer == 402)
        #expect(try await fixture.call(.get, "/instances/webhook", authorization: element).status == 200)
        let records = try await fixture.call(.get, "/instances/event-poller-records", authorization: element)
        #expect(records.json.array?.count == 4)
        #expect(try await fixture.call(.delete, "/instances/enabled", authorization: element).json["disabled"] == true)
        #expect(try await fixture.call(.put, "/instances/enabled", authorization: element).json["disabled"] == false)
        #expect(try await fixture.call(.delete, "/instances", authorization: element).status == 200)
        #expect(try await fixture.call(.get, "/instances", authorization: element).status == 401)
        #expect(try await fixture.call(.get, "/instances/401").status == 200)
    }

    @Test func `settings can be read and changed one by one`() async throws {
        let fixture = Fixture()
        #expect(try await fixture.call(.post, "/instances", Self.seeds[0]).status == 200)
        let list = try await fixture.call(.get, "/instances/401/configuration")
        let entries = try #require(list.json.array)
        let objects = try #require(entries.first { $0["key"]?.string == "event.objects" })
        #expect(objects["propertyValue"]?.string == "Contact,Account")
        #expect(entries.first { $0["key"]?.string == "oauth.api.secret" }?["propertyValue"]?.string == "********")
        let id = try #require(objects["id"]?.integer)
        let one = try await fixture.call(.get, "/instances/401/configuration/\(id)")
        #expect(one.json == objects)
        let patched = try await fixture.call(
            .patch,
            "/instances/401/configuration/\(id)",
            #"{"propertyValue":"Lead"}"#
        )
        #expect(patched.json["propertyValue"]?.string == "Lead")
        #expect(try await fixture.call(.get, "/instances/401/configuration/999").status == 404)
    }

    @Test(arguments: [
        ("event.objects", "Lead"), ("event.notification.signature.key", "67890"),
        ("event.notification.rate.limit", "7"), ("oauth.scope", "api refresh_token"),
    ])
    func `a setting that is not set can be set by itself, and set again after null`(_ key: String, _ value: String)
        async throws
    {
        let fixture = Fixture()
        try await fixture.makeInstance()
        let known = try #require(ConfigurationKey(rawValue: key))
        let unset = try await fixture.call(.get, "/instances/401/configuration/\(key)")
        #expect(unset.status == 404)
        let body: JSON = ["propertyValue": .string(value)]
        for path in [key, String(ConfigurationShape.id(of: known))] {
            let answer = try await fixture.call(.patch, "/instances/401/configuration/\(path)", body.text)
            #expect(answer.status == 200, "\(answer.text)")
            let stored = try #require(try await fixture.engine.memory.instance(401))
            #expect(known.setting.read(stored.configuration) == value)
            let null = try await fixture.call(
                .patch,
                "/instances/401/configuration/\(path)",
                #"{"propertyValue":null}"#
            )
            #expect(null.json["propertyValue"] == .null)
        }
    }

    @Test(arguments: [
        #"{"key":"oauth.scope","propertyValue":"Lead"}"#, #"{"id":1,"propertyValue":"Lead"}"#,
        #"{"id":5,"key":7,"propertyValue":"Lead"}"#, #"{"id":"no","key":"event.objects","propertyValue":"Lead"}"#,
    ])
    func `an entry of another setting than the address names is refused`(_ body: String) async throws {
        let fixture = Fixture()
        let before = try await fixture.makeInstance(["event.objects": "Contact"])
        #expect(ConfigurationShape.id(of: .objects) == 5)
        for path in ["5", "event.objects"] {
            let answer = try await fixture.call(.patch, "/instances/401/configuration/\(path)", body)
            #expect(answer.status == 400 && answer.message?.hasPrefix("The address names event.objects") == true)
        }
        let stored = try await fixture.engine.memory.instance(401)
        #expect(stored == before)
    }

    @Test func `what Salesforce refuses of a new instance is the caller's fault, with its words`() async throws {
        let fixture = Fixture()
        fixture.engine.fail(ClientError(.upstream, "The code was used before.", providerMessage: "invalid_grant"))
        let answer = try await fixture.call(.post, "/instances", Self.seeds[0])
        #expect(answer.status == 400)
        #expect(answer.message == "The code was used before.")
        #expect(answer.json["providerMessage"]?.string == "invalid_grant")
    }

    @Test func `polling answers with what it found`() async throws {
        let fixture = Fixture()
        try await fixture.makeInstance()
        let answer = try await fixture.call(.post, "/instances/401/poll")
        #expect(answer.status == 200)
        #expect(answer.json["events"]?.integer == 2)
        #expect(answer.json["problems"]?["Case"]?.string == "No access.")
        fixture.engine.fail(ClientError(.upstream, "The org does not answer."))
        #expect(try await fixture.call(.post, "/instances/401/poll").status == 502)
    }

    @Test func `the webhook's address comes with the secret that signs it`() async throws {
        let fixture = Fixture()
        let instance = try await fixture.makeInstance()
        let answer = try await fixture.call(.get, "/instances/401/webhook")
        #expect(answer.json["signingSecret"]?.string == instance.receiverSecret.exposed)
        let receiver = try #require(answer.json["receiverUrl"]?.string)
        #expect(receiver.hasSuffix("/elements/api-v2/events/sfdc/receiver-401"))
        #expect(answer.json["outboundMessageUrl"]?.string == receiver + "/outbound")
    }
}
