import Domain

extension Route {
    /// What a call is answered with where it isn't refused.
    struct Answer: Sendable {
        let status: Int
        let summary: String
        let mediaType: String
        let schema: JSONSchema
        var isPage = false
        /// Another spelling of the same, where the caller prefers it.
        var otherMediaType: String?

        static func json(_ schema: JSONSchema, _ summary: String, status: Int = 200) -> Answer {
            Answer(status: status, summary: summary, mediaType: "application/json", schema: schema)
        }

        /// A list that goes on behind `Elements-Next-Page-Token`.
        static func page(of item: JSONSchema, _ summary: String) -> Answer {
            Answer(
                status: 200,
                summary: summary,
                mediaType: "application/json",
                schema: .list(of: item, atMost: Paging.maximumSize),
                isPage: true
            )
        }

        /// The same, or one item where the caller's Element token names it.
        static func page(orOne item: JSONSchema, _ summary: String) -> Answer {
            let list = page(of: item, summary)
            return Answer(
                status: list.status,
                summary: summary,
                mediaType: list.mediaType,
                schema: .any(of: [list.schema, item]),
                isPage: true
            )
        }

        static func text(_ mediaType: String, _ summary: String, status: Int = 200) -> Answer {
            Answer(status: status, summary: summary, mediaType: mediaType, schema: .text)
        }
    }
}
