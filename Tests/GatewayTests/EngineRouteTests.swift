import Domain
import EngineAPI
import HTTPTypes
import Primitives
import TestSupport
import Testing

@testable import Gateway

/// The engine's interface over the management API.
struct EngineRouteTests {
    @Test(arguments: EngineCall.allCases)
    func `each call of the engine's interface has its route, for those who know the secrets`(_ call: EngineCall) {
        let routes = [Route].all.filter { $0.template == call.template && $0.method.rawValue == call.method }
        #expect(routes.count == 1)
        #expect(routes.allSatisfy { $0.access != .open })
    }

    @Test(
        arguments: [
            (.invalid, 400), (.notFound, 404), (.conflict, 409),
            (.otherOrganization(found: "one", watched: "two"), 409),
            (.upstream, 502), (.unavailable, 503), (.storage, 503), (.forbidden, 403),
        ] as [(ClientError.Kind, Int)]
    )
    func `an error of the engine comes with all that it says`(_ kind: ClientError.Kind, _ status: Int) async throws {
        let fixture = Fixture()
        let failure = ClientError(kind, "It failed.", providerMessage: "said", mayPass: true)
        fixture.engine.fail(failure)
        let answer = try await fixture.call(.post, "/signalbox/v1/events/ids/e/replay", "{}")
        #expect(answer.status == status)
        #expect(try WireFailure(wire: answer.json) == .client(failure))
        #expect(answer.json["requestId"]?.string?.isEmpty == false)
        let original = try await fixture.call(.post, "/instances/events/e/replay", "{}")
        #expect(original.json["kind"] == nil && original.json["mayPass"] == nil, "the original's shape stays")
    }

    @Test(
        arguments: [
            ("GET", "/signalbox/v1/instances/x", nil, 404), ("GET", "/signalbox/v1/nothing", nil, 404),
            ("POST", "/signalbox/v1/events/page", "[]", 400), ("POST", "/signalbox/v1/events/page", "{", 400),
            ("POST", "/signalbox/v1/events/page", #"{"isOldestFirst":false,"limit":1001,"events":{}}"#, 400),
            ("POST", "/signalbox/v1/events/page", #"{"isOldestFirst":false,"limit":-1,"events":{}}"#, 400),
            ("POST", "/signalbox/v1/events/counts", #"{"filter":{"nonsense":1}}"#, 400),
            ("POST", "/signalbox/v1/events/counts", #"{"filter":"since:2h"}"#, 400),
            ("POST", "/signalbox/v1/instances/401/replays", #"{"events":{"filter":"since:2h"},"rate":10}"#, 400),
            ("PATCH", "/signalbox/v1/instances", nil, 405), ("GET", "/signalbox/v1/replays/x", nil, 404),
        ] as [(String, String, String?, Int)]
    )
    func `what the listener itself refuses says so in the same words`(
        _ method: String,
        _ path: String,
        _ body: String?,
        _ status: Int
    ) async throws {
        let answer = try await Fixture().call(try #require(.init(method)), path, body)
        #expect(answer.status == status)
        guard case .client(let error) = try WireFailure(wire: answer.json) else {
            Issue.record("\(answer.text)")
            return
        }
        #expect(!error.message.isEmpty && !error.mayPass)
    }

    @Test func `settings that are refused are told one by one`() async throws {
        let fixture = Fixture()
        var configuration = InstanceConfiguration()
        configuration.refreshInterval = 0
        let draft = InstanceDraft(name: "acme", configuration: configuration)
        let answer = try await fixture.call(.post, "/signalbox/v1/instances", draft.wire.text)
        #expect(answer.status == 400)
        guard case .rejected(let rejected) = try WireFailure(wire: answer.json) else {
            Issue.record("\(answer.text)")
            return
        }
        #expect(rejected.issues.map(\.key).contains(.refreshInterval))
    }

    @Test func `without the secrets nothing is told`() async throws {
        for call in EngineCall.allCases where call.method == "GET" {
            let answer = try await Fixture().call(.get, call.path(["1"]), authorization: nil)
            #expect(answer.status == 401)
        }
    }

    @Test func `a stream of notices begins with a look at all, and then says what is new`() async throws {
        let fixture = Fixture()
        let instance = try await fixture.makeInstance()
        fixture.addEvent(41, instance: instance.id)
        async let answer = fixture.call(.get, EngineCall.notices.path([]))
        try await waitUntil("somebody reads the stream") {
            fixture.engine.hasReader
        }
        fixture.engine.post(.deliveries([7]))
        fixture.engine.finish()
        let lines = try await answer.text.split(separator: "\n").filter { $0.hasPrefix("data: ") }
        let notices = try lines.map { try EngineNotice(wire: try JSON(parsing: String($0.dropFirst(6)))) }
        #expect(
            notices == [.instancesChanged, .stored(count: 0, lastSequence: 41), .deliveries([]), .deliveries([7])]
        )
    }

    @Test func `no secret of an instance is in what a dashboard is told`() async throws {
        let fixture = Fixture()
        let secrets = ConfigurationKey.allCases.filter(\.isSecret).map(\.rawValue)
        var settings: [String: String] = [:]
        for key in secrets where key != ConfigurationKey.privateKey.rawValue { settings[key] = "clear-\(key)-text" }
        settings[ConfigurationKey.callbackHeaders.rawValue] = #"{"X-Key": "clear-header"}"#
        let instance = try await fixture.makeInstance(settings)
        for call in [EngineCall.instances, .instance] {
            let text = try await fixture.call(.get, call.path(["\(instance.id)"])).text
            #expect(text.contains(secretMask) && !text.contains("clear-"))
            #expect(!text.contains(instance.receiverSecret.exposed) && !text.contains(instance.token.exposed))
        }
    }
}
