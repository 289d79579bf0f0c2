import Domain
import Primitives

extension Route {
    /// What a call takes as its body: always JSON.
    struct Body: Sendable {
        let schema: JSONSchema
        let isRequired: Bool
        /// By name; each is a whole body.
        let examples: [JSON.Member]

        static func required(_ schema: JSONSchema, examples: [JSON.Member] = []) -> Body {
            Body(schema: schema, isRequired: true, examples: examples)
        }

        static func optional(_ schema: JSONSchema, examples: [JSON.Member] = []) -> Body {
            Body(schema: schema, isRequired: false, examples: examples)
        }
    }
}
