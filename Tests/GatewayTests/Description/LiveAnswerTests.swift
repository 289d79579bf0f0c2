import Domain
import EngineTestSupport
import HTTPTypes
import Primitives
import TestSupport
import Testing

@testable import Gateway

/// Calls made from the description alone, as a generated client makes them; `Fixture.call` holds each answer against it.
struct LiveAnswerTests {
    private static let samples = SchemaSamples(validator: DescribedAPI.current.validator)

    /// A gateway in which everything that a path can name is there.
    private struct Scene {
        let fixture = Fixture()
        let instance: Instance
        let authorization: String

        init() async throws {
            let api = DescribedAPI.current
            let draft = api.operations.first { $0.id == "createInstance" }?.body?["examples"]?["webhooks"]?["value"]
            let made = try await fixture.call(.post, "/instances", draft?.text)
            #expect(made.status == 200, "The seed's example was refused: \(made.text)")
            let id = try #require(made.json["id"]?.integer)
            instance = try #require(try await fixture.engine.memory.instance(id))
            let attempt = Attempt(
                id: 1,
                notificationID: 1,
                number: 1,
                isReplay: false,
                startedAt: Fixture.start,
                milliseconds: 14,
                url: "https://mycoolapp.com",
                outcome: .response(status: 500),
                responseHeaders: [.init(name: "Server", value: "x")],
                responseBody: Array("busy".utf8)
            )
            fixture.addEvent(1, instance: id, state: .retrying, attempts: [attempt])
            fixture.addEvent(2, instance: id)
            let job = try await fixture.call(.post, "/instances/\(id)/replays", #"{"filter":{"objects":["Account"]}}"#)
            #expect(job.json["id"]?.integer == 1)
            fixture.engine.acceptRedirects(at: "http://localhost:4711/oauth/callback")
            let begun = try await fixture.call(.post, "/authorizations", #"{"configuration":{"oauth.api.key":"k"}}"#)
            authorization = try #require(begun.json["state"]?.string)
        }

        /// The path of an operation, with what is there in the place of its parameters.
        func path(_ operation: DescribedAPI.Operation) -> String {
            let isOfJob = operation.template.hasPrefix(Fixture.base + "/replays")
            let values = [
                "{id}": isOfJob ? "1" : String(instance.id), "{eventId}": "event-1", "{configId}": "event.objects",
                "{keyOrId}": "sfdc", "{state}": authorization, "{job}": "1", "{sequence}": "1",
            ]
            return "/" + operation.segments.map { values[String($0)] ?? String($0) }.joined(separator: "/")
        }

        func call(
            _ operation: DescribedAPI.Operation,
            query: [(String, String)] = [],
            body: JSON? = nil
        ) async throws -> Fixture.Answer {
            let target =
                path(operation) + (query.isEmpty ? "" : "?")
                + query.map { "\($0)=\(Self.encoded($1))" }.joined(separator: "&")
            let isOpen = operation.json["security"] == []
            let element = operation.id.hasSuffix("OfToken") ? ", Element \(instance.token.exposed)" : ""
            let method = try #require(HTTPRequest.Method(operation.method))
            return try await fixture.call(
                method,
                target,
                body?.text,
                authorization: isOpen ? nil : Fixture.authorization + element
            )
        }

        private static func encoded(_ text: String) -> String {
            text.replacing("%", with: "%25").replacing("&", with: "%26").replacing("+", with: "%2B")
        }
    }

    private static func text(_ value: JSON) -> String {
        value.array.map { $0.map { text($0) }.joined(separator: ",") } ?? value.settingText ?? ""
    }

    private static func isStream(_ operation: DescribedAPI.Operation) -> Bool {
        ["streamEvents", "engineNotices"].contains(operation.id)
    }

    @Test(arguments: DescribedAPI.current.operations)
    func `a request made from the description passes`(_ operation: DescribedAPI.Operation) async throws {
        let examples = operation.body?["examples"]?.members?.compactMap { $0.value["value"] } ?? []
        let schema = operation.body?["schema"]
        let bodies: [JSON?] = examples.isEmpty ? [schema.map(Self.samples.sample)] : examples
        for body in bodies {
            let scene = try await Scene()
            let query = operation.parameters.filter { $0["in"] == "query" }.map { parameter in
                let name = parameter["name"]?.string ?? ""
                let value = Self.text(Self.samples.sample(parameter["schema"] ?? [:]))
                return (name, operation.id == "takeRedirect" && name == "state" ? scene.authorization : value)
            }
            async let answer = scene.call(operation, query: query, body: body)
            if Self.isStream(operation) {
                let engine = scene.fixture.engine
                try await waitUntil("somebody reads the stream") { engine.hasReader }
                engine.finish()
            }
            let (status, text) = (try await answer.status, try await answer.text)
            #expect(status == 200, "\(operation) \(query) \(body?.text ?? ""): \(text.prefix(300))")
        }
    }

    @Test(arguments: DescribedAPI.current.operations)
    func `the bounds of parameters are those that are held to`(_ operation: DescribedAPI.Operation) async throws {
        let scene = try await Scene()
        let inQuery = operation.parameters.filter { $0["in"] == "query" }
        for parameter in inQuery {
            let name = try #require(parameter["name"]?.string)
            let needed = inQuery.filter { $0["required"] == true && $0["name"] != parameter["name"] }.map {
                ($0["name"]?.string ?? "", Self.text(Self.samples.sample($0["schema"] ?? [:])))
            }
            for probe in Self.samples.probes(parameter["schema"] ?? [:]) {
                // A stream that is taken has no end; the other test takes one.
                if probe.isAllowed, Self.isStream(operation) || name.hasPrefix("wait") { continue }
                let value = Self.text(probe.value)
                let answer = try await scene.call(operation, query: needed + [(name, value)])
                let isRefused = answer.status == 400 || answer.status == 403 && name == "accountIds[]"
                #expect(isRefused == !probe.isAllowed, "\(operation) \(name)=\(value): \(answer.text.prefix(300))")
                if isRefused { #expect(answer.message?.isEmpty == false) }
            }
        }
    }

    @Test(arguments: DescribedAPI.current.operations.filter { $0.body != nil })
    func `the bounds of bodies are those that are held to`(_ operation: DescribedAPI.Operation) async throws {
        let schema = try #require(operation.body?["schema"])
        let base = operation.body?["examples"]?.members?.first?.value["value"]?.members ?? []
        let required = api(schema)["required"]?.array?.compactMap(\.string) ?? []
        for probe in Self.samples.probes(schema) {
            let scene = try await Scene()
            let given = (probe.value.members ?? []).map { member in
                member.name == "configuration" ? JSON.Member(member.name, Self.withWebhooks(member.value)) : member
            }
            let kept = base.filter { member in
                required.contains(member.name) && !given.contains { $0.name == member.name }
            }
            let body = JSON.object(kept + given)
            let faults = DescribedAPI.current.validator.faults(body, schema)
            #expect(faults.isEmpty == probe.isAllowed, "\(operation) \(body.text) \(faults)")
            let answer = try await scene.call(operation, body: body)
            #expect((answer.status == 400) == !probe.isAllowed, "\(operation) \(body.text): \(answer.text.prefix(300))")
        }
    }

    /// With polling, the bound of the batch size is a narrower one, which a schema can't say.
    private static func withWebhooks(_ configuration: JSON) -> JSON {
        let type = "event.vendor.type"
        guard let members = configuration.members, configuration[type] == nil else { return configuration }
        return .object([.init(type, "webhooks")] + members)
    }

    private func api(_ schema: JSON) -> JSON {
        schema["$ref"].flatMap(DescribedAPI.current.validator.resolve) ?? schema
    }

    @Test func `what a stream sends is what is described`() async throws {
        let scene = try await Scene()
        let operation = try #require(DescribedAPI.current.operations.first(where: Self.isStream))
        async let answer = scene.call(operation, query: [("lastEventId", "0")])
        let engine = scene.fixture.engine
        try await waitUntil("somebody reads the stream") { engine.hasReader }
        engine.finish()
        let lines = try await answer.text.split(separator: "\n").filter { $0.hasPrefix("data: ") }
        #expect(lines.count == 2)
        for line in lines {
            let event = try JSON(parsing: String(line.dropFirst(6)))
            let faults = DescribedAPI.current.validator.faults(
                event,
                ["$ref": "#/components/schemas/Event"],
                isComplete: true
            )
            #expect(faults.isEmpty)
        }
    }
}
