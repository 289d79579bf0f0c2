import Domain
import EngineAPI
import HTTPTypes
import Primitives

/// All that a dashboard elsewhere needs: one route for each call of the engine's interface, in JSON of its own types.
enum EngineRoutes {
    static let routes: [Route] = instances + authorizations + events + replays + apex + [notices]

    /// Where a failure says more than a status can.
    static let base = Route.Segment.parse(EngineCall.base)

    static func holds(_ path: [String]) -> Bool {
        path.count >= base.count && zip(base, path).allSatisfy { $0 == .literal($1) }
    }

    /// Names the call for good: `engineCreateInstance`.
    private static func operation(_ call: EngineCall) -> String {
        "engine" + call.rawValue.prefix(1).uppercased() + call.rawValue.dropFirst()
    }

    static func route(
        _ engineCall: EngineCall,
        _ scope: AccessScope,
        _ summary: String,
        parameters: [Route.Parameter] = [],
        body: Route.Body? = nil,
        answer: Route.Answer,
        handler: @escaping @Sendable (Call) async throws -> Reply
    ) -> Route {
        Route(
            method: HTTPRequest.Method(engineCall.method) ?? .get,
            template: engineCall.template,
            operation: operation(engineCall),
            access: .scope(scope),
            summary: summary,
            parameters: parameters,
            body: body,
            answer: answer,
            refusals: [.notFound, .conflict, .badGateway],
            handler: handler
        )
    }

    /// A call that is answered with a value.
    static func value<Value: WireValue>(
        _ engineCall: EngineCall,
        _ scope: AccessScope,
        _ summary: String,
        parameters: [Route.Parameter] = [],
        body: Route.Body? = nil,
        handler: @escaping @Sendable (Call) async throws -> Value
    ) -> Route {
        route(
            engineCall,
            scope,
            summary,
            parameters: parameters,
            body: body,
            answer: .json(JSONSchema(of: Value.self), "What the engine answers.")
        ) { .json(try await handler($0).wire) }
    }

    /// A call that is answered when it is done, with nothing.
    static func done(
        _ engineCall: EngineCall,
        _ scope: AccessScope,
        _ summary: String,
        body: Route.Body? = nil,
        handler: @escaping @Sendable (Call) async throws -> Void
    ) -> Route {
        route(engineCall, scope, summary, body: body, answer: .json(.object([:]), "It is done.")) {
            try await handler($0)
            return .json([:])
        }
    }

    static func body<Order: WireValue>(_ type: Order.Type, _ examples: Order...) -> Route.Body {
        .required(
            JSONSchema(of: type),
            examples: examples.enumerated().map { .init("example\($0.offset + 1)", $0.element.wire) }
        )
    }

    private static var notices: Route {
        route(
            .notices,
            .read,
            "Server-sent events: notices of the engine, each of which says where to look again.",
            answer: .text(
                "text/event-stream",
                "A stream without an end of `notice` events (EngineNotice). It begins with notices to look at all again, "
                    + "so that whoever was away for a while catches up."
            )
        ) { try await EngineStreams.notices($0) }
    }

    static var draft: InstanceDraft {
        var configuration = InstanceConfiguration()
        configuration.eventsEnabled = true
        configuration.eventType = .webhooks
        configuration.callbackURL = "https://mycoolapp.com"
        configuration.apiKey = "<Client_ID>"
        configuration.apiSecret = "<Client_Secret>"
        return InstanceDraft(name: "mySFDCInstance", configuration: configuration, authorizationCode: "<Code>")
    }

    static var deadOnes: EventFilter {
        var filter = EventFilter()
        filter.states = [.dead]
        return filter
    }

    static var callbackTest: EngineOrder.CallbackTest {
        EngineOrder.CallbackTest(url: "https://mycoolapp.com", signatureKey: "12345", instance: nil)
    }
}
