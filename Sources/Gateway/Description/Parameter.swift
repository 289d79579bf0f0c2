import Domain
import Primitives

extension Route {
    /// A member of the query, or a part of the path.
    struct Parameter: Sendable {
        let name: String
        let summary: String
        var isRequired = false
        var schema = JSONSchema.text
        /// Whether a list is sent as one value, parted by commas, instead of as several of that name.
        var isCommaSeparated = false

        var isList: Bool { schema.json["type"] == "array" }

        /// Without the brackets that lists may be sent with.
        var plainName: String { String(name.prefix { $0 != "[" }) }

        /// Whether a member of the query of that name is this one.
        func isMeant(by given: String) -> Bool {
            given == name || isList && given.prefix { $0 != "[" } == plainName
        }

        /// A parameter that takes any of several values, parted by commas.
        static func list(_ name: String, of element: JSONSchema, _ summary: String) -> Parameter {
            Parameter(name: name, summary: summary, schema: .list(of: element), isCommaSeparated: true)
        }

        /// The filter language.
        static let filter = Parameter(
            name: "filter",
            summary: "Only what this text of the filter language finds; a wrong one is refused with the place. "
                + "Times without a zone are UTC.",
            schema: .text.example("object:Account status:5xx since:2h")
        )
    }
}

extension [Route.Parameter] {
    static let paging: [Route.Parameter] = [
        .init(
            name: "pageSize",
            summary: "How many to return.",
            schema: .integer(1...Paging.maximumSize).defaulting(to: .integer(Paging.defaultSize))
        ),
        .init(
            name: "nextPage",
            summary: "Elements-Next-Page-Token of the page before.",
            schema: .text.example(.string(Paging.token(1)))
        ),
    ]
    static let period: [Route.Parameter] = [
        .init(name: "from", summary: "Stored at or after this moment.", schema: .queriedMoment),
        .init(name: "to", summary: "Stored before this moment.", schema: .queriedMoment),
    ]

    /// The parts of paths, wherever they stand.
    static func inPath(of route: Route) -> [Route.Parameter] {
        route.segments.compactMap { segment in
            guard case .parameter(let name) = segment else { return nil }
            let (summary, schema): (String, JSONSchema) =
                switch name {
                case "id" where route.template.hasPrefix(Route.base + "/replays"):
                    ("The number of the bulk replay.", .id)
                case "id": ("The number of the instance.", .id)
                case "eventId": ("The event's own id, as in its notifications.", .text.example("vIGxWmZ0jXqKk4Gc3bHs"))
                case "configId": ("The id of the entry, or the setting's key.", .text.example("event.objects"))
                case "keyOrId": ("sfdc, or its number.", .words(["sfdc", String(InstanceShape.elementID)]))
                case "sequence": ("The event's own number.", .id)
                case "job": ("The number of the bulk replay.", .id)
                case "state": ("The state that the authorization began with.", .text)
                default: ("", .text)
                }
            return Route.Parameter(name: name, summary: summary, isRequired: true, schema: schema)
        }
    }
}

extension JSONSchema {
    /// A moment in a query: with or without a time of day, or a number.
    static let queriedMoment = JSONSchema.any(of: [
        .moment, JSONSchema(["type": "string", "format": "date"]),
        JSONSchema(["type": "integer", "format": "int64"]).described("Epoch milliseconds."),
    ])
}
