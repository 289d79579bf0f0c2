import Domain
import Primitives

/// What a value of the API looks like, as a JSON Schema (draft 2020-12, the one of OpenAPI 3.1), with the named schemas
/// that it refers to.
struct JSONSchema: Sendable, Hashable {
    let json: JSON
    /// By name, as they stand under `components/schemas`.
    let components: [String: JSON]

    init(_ json: JSON, components: [String: JSON] = [:]) {
        self.json = json
        self.components = components
    }

    /// The same in its own place, so that programs made from the description have one type for it.
    func named(_ name: String) -> JSONSchema {
        var components = components
        components[name] = json
        return JSONSchema(["$ref": .string("#/components/schemas/" + name)], components: components)
    }

    func described(_ words: String) -> JSONSchema { adding("description", .string(words)) }
    func defaulting(to value: JSON) -> JSONSchema { adding("default", value) }
    func example(_ value: JSON) -> JSONSchema { adding("examples", [value]) }

    /// The same, or null.
    var nullable: JSONSchema {
        guard json["enum"] == nil, let type = json["type"]?.string else { return .any(of: [self, .null]) }
        return JSONSchema(
            .object((json.members ?? []).map { $0.name == "type" ? .init("type", [.string(type), "null"]) : $0 }),
            components: components
        )
    }

    private func adding(_ name: String, _ value: JSON) -> JSONSchema {
        let others = (json.members ?? []).filter { $0.name != name }
        return JSONSchema(.object(others + [.init(name, value)]), components: components)
    }

    fileprivate static func merged(_ schemas: some Sequence<JSONSchema>) -> [String: JSON] {
        schemas.reduce(into: [:]) { found, schema in found.merge(schema.components) { first, _ in first } }
    }
}

extension JSONSchema {
    static let anything = JSONSchema([:])
    static let null = JSONSchema(["type": "null"])
    static let text = JSONSchema(["type": "string"])
    static let flag = JSONSchema(["type": "boolean"])
    static let number = JSONSchema(["type": "integer", "format": "int64"])
    /// The number of an instance, a notification, an attempt or a job.
    static let id = JSONSchema(["type": "integer", "format": "int64", "minimum": 1])
    static let count = JSONSchema(["type": "integer", "format": "int64", "minimum": 0])
    static let moment = JSONSchema(["type": "string", "format": "date-time"])
    static let address = JSONSchema(["type": "string", "format": "uri"])

    static func text(_ length: ClosedRange<Int>) -> JSONSchema {
        JSONSchema([
            "type": "string", "minLength": .integer(length.lowerBound), "maxLength": .integer(length.upperBound),
        ])
    }

    static func integer(_ range: ClosedRange<Int>) -> JSONSchema {
        JSONSchema(["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)])
    }

    static func words(_ words: [String]) -> JSONSchema {
        JSONSchema(["type": "string", "enum": .array(words.map { .string($0) })])
    }

    static func words<Words: RawRepresentable<String> & CaseIterable>(_ type: Words.Type) -> JSONSchema {
        words(type.allCases.map(\.rawValue))
    }

    static func constant(_ value: JSON) -> JSONSchema { JSONSchema(["const": value]) }

    static func list(of element: JSONSchema, atLeast least: Int? = nil, atMost limit: Int? = nil) -> JSONSchema {
        var members: [JSON.Member] = [.init("type", "array"), .init("items", element.json)]
        if let least { members.append(.init("minItems", .integer(least))) }
        if let limit { members.append(.init("maxItems", .integer(limit))) }
        return JSONSchema(.object(members), components: element.components)
    }

    static func any(of schemas: [JSONSchema]) -> JSONSchema {
        JSONSchema(["anyOf": .array(schemas.map(\.json))], components: merged(schemas))
    }

    /// An object whose members are named by data.
    static func table(of value: JSONSchema) -> JSONSchema {
        JSONSchema(["type": "object", "additionalProperties": value.json], components: value.components)
    }

    /// An object with these members, of which optional ones may be left out. A closed one refuses any other member;
    /// answers are never closed, because they may grow.
    static func object(
        _ required: KeyValuePairs<String, JSONSchema>,
        optional: KeyValuePairs<String, JSONSchema> = [:],
        isClosed: Bool = false
    ) -> JSONSchema {
        object(
            members: (Array(required) + Array(optional)).map { (name: $0.key, schema: $0.value) },
            required: required.map(\.key),
            isClosed: isClosed
        )
    }

    static func object(
        members: [(name: String, schema: JSONSchema)],
        required: [String] = [],
        isClosed: Bool = false
    ) -> JSONSchema {
        var json: [JSON.Member] = [
            .init("type", "object"),
            .init("properties", .object(members.map { JSON.Member($0.name, $0.schema.json) })),
        ]
        if !required.isEmpty { json.append(.init("required", .array(required.map { .string($0) }))) }
        if isClosed { json.append(.init("additionalProperties", false)) }
        return JSONSchema(.object(json), components: merged(members.map(\.schema)))
    }
}
