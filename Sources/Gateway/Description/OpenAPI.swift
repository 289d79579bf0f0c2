import Domain
import HTTPTypes
import Primitives

/// The description of the API, made from the very table that answers it.
enum OpenAPI {
    static func document(_ routes: [Route]) -> JSON {
        var templates: [String] = []
        for route in routes where !templates.contains(route.template) { templates.append(route.template) }
        let paths = templates.map { template in
            JSON.Member(
                template,
                .object(
                    routes.filter { $0.template == template }.map {
                        JSON.Member($0.method.rawValue.lowercased(), operation($0))
                    }
                )
            )
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Signalbox management API", "version": "1",
                "description":
                    "Instances, events, deliveries and replays. Errors are {requestId, message[, providerMessage]}.",
            ],
            "servers": [["url": "/"]],
            "paths": .object(paths),
            "components": [
                "securitySchemes": securitySchemes,
                "schemas": .object(schemas(of: routes)),
                "responses": .object(Refusal.allCases.map { .init($0.name, response($0)) } + [fault]),
                "headers": .object(headers),
            ],
        ]
    }

    private static let securitySchemes: JSON = [
        "elements": [
            "type": "apiKey", "in": "header", "name": "Authorization",
            "description": "User <user>, Organization <organization>[, Element <token>]",
        ],
        "bearer": [
            "type": "http", "scheme": "bearer", "description": "Bearer <user>, or a named token with its scope",
        ],
    ]

    private static func schemas(of routes: [Route]) -> [JSON.Member] {
        var all = Refusal.schema.components
        for route in routes {
            let used =
                [route.body?.schema, route.answer.schema].compactMap(\.self) + route.otherAnswers.map(\.schema)
                + route.parameters.map(\.schema)
            for schema in used { all.merge(schema.components) { first, _ in first } }
        }
        return all.sorted { $0.key < $1.key }.map { JSON.Member($0.key, $0.value) }
    }

    private static func operation(_ route: Route) -> JSON {
        var members: [JSON.Member] = [
            .init("operationId", .string(route.operation)), .init("summary", .string(route.summary)),
        ]
        let parameters =
            [Route.Parameter].inPath(of: route).map { parameter($0, in: "path") }
            + route.parameters.map { parameter($0, in: "query") }
        if !parameters.isEmpty { members.append(.init("parameters", .array(parameters))) }
        if let body = route.body { members.append(.init("requestBody", requestBody(body))) }
        members.append(.init("responses", .object(responses(of: route))))
        switch route.access {
        case .open: members.append(.init("security", []))
        case .scope: members.append(.init("security", [["elements": []], ["bearer": []]]))
        }
        return .object(members)
    }

    private static func parameter(_ parameter: Route.Parameter, in place: String) -> JSON {
        var members: [JSON.Member] = [
            .init("name", .string(parameter.name)), .init("in", .string(place)),
            .init("required", .bool(parameter.isRequired)), .init("description", .string(parameter.summary)),
            .init("schema", parameter.schema.json),
        ]
        if parameter.isCommaSeparated { members += [.init("style", "form"), .init("explode", false)] }
        return .object(members)
    }

    private static func requestBody(_ body: Route.Body) -> JSON {
        var content: [JSON.Member] = [.init("schema", body.schema.json)]
        if !body.examples.isEmpty {
            content.append(
                .init("examples", .object(body.examples.map { .init($0.name, ["value": $0.value]) }))
            )
        }
        return ["required": .bool(body.isRequired), "content": ["application/json": .object(content)]]
    }

    private static func responses(of route: Route) -> [JSON.Member] {
        let answers = ([route.answer] + route.otherAnswers).map { (status: $0.status, json: response($0)) }
        let refusals = Refusal.all(of: route)
            .filter { refusal in !answers.contains { $0.status == refusal.rawValue } }
            .map { (status: $0.rawValue, json: reference("responses", $0.name)) }
        return (answers + refusals).sorted { $0.status < $1.status }.map { JSON.Member(String($0.status), $0.json) }
            + [.init("default", reference("responses", fault.name))]
    }

    private static func response(_ answer: Route.Answer) -> JSON {
        let names = [requestID] + (answer.isPage ? pageHeaders : [])
        return [
            "description": .string(answer.summary), "headers": headerReferences(names),
            "content": .object(
                [answer.mediaType, answer.otherMediaType].compactMap { $0 }
                    .map { .init($0, ["schema": answer.schema.json]) }
            ),
        ]
    }

    private static func response(_ refusal: Refusal) -> JSON { failure(refusal.summary, refusal.headers) }

    /// A status that no route names: a method that isn't there, or a failure of ours.
    private static let fault = JSON.Member("Fault", failure("Refused, or failed; the message says why.", []))

    private static func failure(_ summary: String, _ names: [String]) -> JSON {
        [
            "description": .string(summary), "headers": headerReferences([requestID] + names),
            "content": ["application/json": ["schema": Refusal.schema.json]],
        ]
    }

    private static let requestID = "Elements-Request-Id"
    private static let pageHeaders = ["Elements-Returned-Count", "Elements-Total-Count", "Elements-Next-Page-Token"]

    private static let headers: [JSON.Member] = [
        header(requestID, .text, "Names this answer.", isRequired: true),
        header("Elements-Returned-Count", .count, "How many the page holds."),
        header("Elements-Total-Count", .count, "How many there are on all pages, where that is counted."),
        header("Elements-Next-Page-Token", .text, "What nextPage takes; absent on the last page."),
        header("WWW-Authenticate", .text, "Which scheme is wanted.", isRequired: true),
        header("Retry-After", .count, "Seconds after which it is worth another try."),
    ]

    private static func header(
        _ name: String,
        _ schema: JSONSchema,
        _ summary: String,
        isRequired: Bool = false
    ) -> JSON.Member {
        .init(
            name,
            ["description": .string(summary), "required": .bool(isRequired), "schema": schema.json]
        )
    }

    private static func headerReferences(_ names: [String]) -> JSON {
        .object(names.map { JSON.Member($0, reference("headers", $0)) })
    }

    private static func reference(_ kind: String, _ name: String) -> JSON {
        ["$ref": .string("#/components/\(kind)/\(name)")]
    }
}
