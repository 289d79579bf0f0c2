import Domain
import Primitives

/// Values made from a schema alone, as a program would that was generated from the description.
struct SchemaSamples: Sendable {
    let validator: SchemaValidator

    /// One value that the schema allows.
    func sample(_ schema: JSON) -> JSON {
        let schema = plain(schema)
        if let value = schema["examples"]?.array?.first ?? schema["default"] ?? schema["const"] { return value }
        if let word = schema["enum"]?.array?.first { return word }
        if let first = schema["anyOf"]?.array?.first { return sample(first) }
        switch (type(schema), schema["format"]?.string) {
        case ("boolean", _): return true
        case ("integer", _): return schema["minimum"] ?? 1
        case ("array", _): return [sample(schema["items"] ?? [:])]
        case ("object", _):
            return .object((schema["properties"]?.members ?? []).map { .init($0.name, sample($0.value)) })
        case (_, "date-time"): return "2026-11-01T18:00:00Z"
        case (_, "uri"): return "https://www.mycoolapp.com/auth"
        default: return "text"
        }
    }

    struct Probe: Sendable {
        let value: JSON
        let isAllowed: Bool
    }

    /// Values at the bounds that the schema sets, and just beyond them; none where it sets none.
    func probes(_ schema: JSON) -> [Probe] {
        let schema = plain(schema)
        func allowed(_ values: [JSON]) -> [Probe] { values.map { Probe(value: $0, isAllowed: true) } }
        func refused(_ values: [JSON]) -> [Probe] { values.map { Probe(value: $0, isAllowed: false) } }
        if let word = schema["const"] { return allowed([word]) + refused([.string("no" + word.text)]) }
        if let words = schema["enum"]?.array { return allowed(words) + refused(["nonsense"]) }
        if let choices = schema["anyOf"]?.array {
            // What none of the choices allows; choices without bounds allow anything of their kind.
            return choices.flatMap(probes).filter { $0.isAllowed == validator.faults($0.value, schema).isEmpty }
        }
        switch type(schema) {
        case "boolean": return allowed([true, false]) + refused(["maybe"])
        case "integer":
            let (low, high) = (schema["minimum"]?.integer, schema["maximum"]?.integer)
            return allowed([low, high].compactMap { $0.map { JSON.integer($0) } })
                + refused([low.map { $0 - 1 }, high.map { $0 + 1 }].compactMap { $0.map { JSON.integer($0) } } + ["x"])
        case "string":
            if schema["format"] == "date-time" { return allowed(["2026-11-01T18:00:00Z"]) + refused(["yesterday"]) }
            if schema["format"] == "uri" { return allowed(["https://a.example/b"]) + refused(["nowhere"]) }
            let high = schema["maxLength"]?.integer.map { String(repeating: "a", count: Int($0) + 1) }
            return refused([high].compactMap { $0.map { .string($0) } })
        case "array": return probes(schema["items"] ?? [:]).map { Probe(value: [$0.value], isAllowed: $0.isAllowed) }
        case "object":
            return (schema["properties"]?.members ?? []).flatMap { member in
                probes(member.value).map {
                    Probe(value: .object([.init(member.name, $0.value)]), isAllowed: $0.isAllowed)
                }
            } + refused(schema["additionalProperties"] == false ? [["nonsense": 1]] : [])
        default: return []
        }
    }

    private func plain(_ schema: JSON) -> JSON {
        let target = schema["$ref"].flatMap(validator.resolve) ?? schema
        let choices = target["anyOf"]?.array?.filter { $0["type"] != "null" }
        if let choices, choices.count == 1 { return plain(choices[0]) }
        return target
    }

    private func type(_ schema: JSON) -> String? { schema["type"]?.string ?? schema["type"]?.array?.first?.string }
}
