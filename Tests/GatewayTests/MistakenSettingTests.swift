import Domain
import EngineAPI
import EngineTestSupport
import HTTPTypes
import Primitives
import Testing

@testable import Gateway

/// Bodies in which a setting would be lost without a word.
struct MistakenSettingTests {
    @Test(
        arguments: [
            (.patch, "/instances/401", #"{"name":"b","tags":[],"name":"c"}"#, "name"),
            (
                .put, "/instances/401", #"{"configuration":{"event.objects":"Lead","event.objects":"Case"}}"#,
                "event.objects"
            ),
            (.post, "/instances/401/replays", #"{"filter":{"objects":["Lead"],"objects":["Case"]}}"#, "objects"),
            (
                .patch, "/instances/401/configuration/event.objects", #"{"propertyValue":"a","propertyValue":"b"}"#,
                "propertyValue"
            ),
            (.put, "/signalbox/v1/instances/401", #"{"name":"b","tags":[],"configuration":{"a":"1","a":"2"}}"#, "a"),
        ] as [(HTTPRequest.Method, String, String, String)]
    )
    func `a name that stands twice in one object is refused`(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String,
        _ name: String
    ) async throws {
        let fixture = Fixture()
        let before = try await fixture.makeInstance(["event.objects": "Contact"])
        let answer = try await fixture.call(method, path, body)
        #expect(answer.status == 400)
        #expect(answer.message == "The body names \u{201C}\(name)\u{201D} twice in one object; leave one of them.")
        let stored = try await fixture.engine.memory.instance(401)
        #expect(stored == before)
    }

    @Test(
        arguments: [
            (.post, "/instances"), (.put, "/instances/401"), (.patch, "/instances/401"), (.post, "/authorizations"),
            (.post, "/instances/401/authorizations"),
        ] as [(HTTPRequest.Method, String)]
    )
    func `a misspelt setting and too many are refused, wherever settings are taken`(
        _ method: HTTPRequest.Method,
        _ path: String
    ) async throws {
        let fixture = Fixture(bodyLimit: 1 << 16)
        let before = try await fixture.makeInstance(["oauth.api.key": "k", "vendor.color": "green"])
        func body(_ settings: [JSON.Member]) -> String {
            var members = [JSON.Member("configuration", .object(settings))]
            if path == "/instances" { members += [.init("element", ["key": "sfdc"]), .init("name", "b")] }
            return JSON.object(members).text
        }
        let misspelt = try await fixture.call(method, path, body([.init("event.object", "Case")]))
        #expect(misspelt.status == 400)
        #expect(misspelt.message == "There is no setting \u{201C}event.object\u{201D}; did you mean event.objects?")
        let many = (0...200).map { JSON.Member("vendor.\($0)", "x") }
        let flood = try await fixture.call(method, path, body(many))
        #expect(flood.status == 400 && flood.message?.contains("at most 200") == true)
        if method == .patch {
            let sum = try await fixture.call(method, path, body(Array(many.dropLast())))
            #expect(sum.status == 400 && sum.message?.contains("at most 200") == true)
        }
        let stored = try await fixture.engine.memory.instance(401)
        #expect(stored == before)
    }

    @Test(arguments: [EngineCall.createInstance, .updateInstance, .beginAuthorization])
    func `the engine's own calls refuse the same, but for what the instance has already`(_ call: EngineCall)
        async throws
    {
        let fixture = Fixture(bodyLimit: 1 << 16)
        let instance = try await fixture.makeInstance([
            "oauth.callback.url": "https://app.example/callback", "vendor.color": "green",
        ])
        let former = try await stored(["event.objekts": "Lead"], besides: instance, fixture)
        let method = try #require(HTTPRequest.Method(call.method))
        func send(_ settings: [String: String]) async throws -> Fixture.Answer {
            var configuration = call == .createInstance ? InstanceConfiguration() : former.configuration
            configuration.others.merge(settings) { $1 }
            let body =
                call == .beginAuthorization
                ? EngineOrder.Authorization(configuration: configuration, instance: instance.id).wire
                : InstanceDraft(name: "b", configuration: configuration).wire
            return try await fixture.call(method, call.path(["\(instance.id)"]), body.text)
        }
        let misspelt = try await send(["event.object": "Case"])
        #expect(misspelt.status == 400)
        #expect(misspelt.message == "There is no setting \u{201C}event.object\u{201D}; did you mean event.objects?")
        let many = (0...200).map { ("vendor.\($0)", "x") }
        let flood = try await send(Dictionary(uniqueKeysWithValues: many))
        #expect(flood.status == 400 && flood.message?.contains("at most 200") == true)
        let unchanged = try await fixture.engine.memory.instances()
        #expect(unchanged == [former])
        let sound = try await send(["vendor.size": "4"])
        #expect(sound.status == 200, "\(sound.text)")
    }

    /// The instance with settings as an older version kept them.
    private func stored(_ others: [String: String], besides instance: Instance, _ fixture: Fixture) async throws
        -> Instance
    {
        var former = instance
        former.configuration.others.merge(others) { $1 }
        try await fixture.engine.memory.updateInstance(former)
        return former
    }
}
