import Domain
import HTTPTypes

/// The description of the API, made from the very table that answers it.
enum OpenAPI {
    static func document(_ routes: [Route]) -> JSON {
        var paths: [JSON.Member] = []
        var templates: [String] = []
        for route in routes where !templates.contains(route.template) { templates.append(route.template) }
        for template in templates {
            let operations = routes.filter { $0.template == template }.map {
                JSON.Member($0.method.rawValue.lowercased(), operation($0))
            }
            paths.append(.init(template, .object(operations)))
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Signalbox management API", "version": "1",
                "description":
                    "Instances, events, deliveries and replays. Errors are {requestId, message[, providerMessage]}.",
            ],
            "paths": .object(paths),
            "components": ["securitySchemes": securitySchemes, "schemas": ["Error": errorSchema]],
        ]
    }

    private static let securitySchemes: JSON = [
        "elements": [
            "type": "apiKey", "in": "header", "name": "Authorization",
            "description": "User <user>, Organization <organization>[, Element <token>]",
        ],
        "bearer": ["type": "http", "scheme": "bearer", "description": "Bearer <user>"],
    ]

    private static let errorSchema: JSON = [
        "type": "object", "required": ["requestId", "message"],
        "properties": [
            "requestId": ["type": "string"], "message": ["type": "string"], "providerMessage": ["type": "string"],
        ],
    ]

    private static func operation(_ route: Route) -> JSON {
        var members: [JSON.Member] = [.init("summary", .string(route.summary))]
        let inPath = route.segments.compactMap { segment -> JSON? in
            guard case .parameter(let name) = segment else { return nil }
            return ["name": .string(name), "in": "path", "required": true, "schema": ["type": "string"]]
        }
        let inQuery = route.parameters.map { parameter -> JSON in
            [
                "name": .string(parameter.name), "in": "query", "required": .bool(parameter.isRequired),
                "description": .string(parameter.summary), "schema": ["type": "string"],
            ]
        }
        if !inPath.isEmpty || !inQuery.isEmpty { members.append(.init("parameters", .array(inPath + inQuery))) }
        if route.takesBody {
            members.append(.init("requestBody", ["content": ["application/json": ["schema": ["type": "object"]]]]))
        }
        let failure: JSON = [
            "description": "Refused; the message says why.",
            "content": ["application/json": ["schema": ["$ref": "#/components/schemas/Error"]]],
        ]
        members.append(.init("responses", ["200": ["description": "Done."], "default": failure]))
        switch route.access {
        case .open: members.append(.init("security", []))
        case .secrets: members.append(.init("security", [["elements": []], ["bearer": []]]))
        }
        return .object(members)
    }
}
