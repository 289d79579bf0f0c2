import Domain
import HTTPTypes

/// One row of the API: what routing, authorization, `/openapi.json` and the tests are all made from.
struct Route: Sendable {
    /// The path segments that name an instance in forms that have one.
    static let base = "/elements/api-v2"

    enum Access: Sendable {
        /// Anyone who reaches the listener.
        case open
        /// Who knows the secrets.
        case secrets
    }

    /// A member of the query.
    struct Parameter: Sendable {
        let name: String
        let summary: String
        var isRequired = false
    }

    let method: HTTPRequest.Method
    /// With `{name}` where a segment varies.
    let template: String
    let summary: String
    var access = Access.secrets
    var parameters: [Parameter] = []
    var takesBody = false
    let handler: @Sendable (Call) async throws -> Reply

    var segments: [Segment] { Segment.parse(template) }

    /// A part of a template.
    enum Segment: Sendable, Hashable {
        case literal(String)
        case parameter(String)

        static func parse(_ template: String) -> [Segment] {
            template.split(separator: "/").map { part in
                part.hasPrefix("{") ? .parameter(String(part.dropFirst().dropLast())) : .literal(String(part))
            }
        }
    }
}

extension [Route.Parameter] {
    static let paging: [Route.Parameter] = [
        .init(name: "pageSize", summary: "How many to return, 1 to 2000; 200 if left out."),
        .init(name: "nextPage", summary: "Elements-Next-Page-Token of the page before."),
    ]
    static let period: [Route.Parameter] = [
        .init(name: "from", summary: "Stored at or after this moment (ISO 8601 or epoch milliseconds)."),
        .init(name: "to", summary: "Stored before this moment."),
    ]
}
