import Domain
import Primitives

/// Holds values against the JSON Schemas of a description. It knows the keywords that ours use; another one is a fault,
/// so that nothing is described that isn't checked.
struct SchemaValidator: Sendable {
    let document: JSON

    /// Every fault of `value`, with where it is; `isComplete` makes a member that isn't described a fault, too.
    func faults(_ value: JSON, _ schema: JSON, at place: String = "$", isComplete: Bool = false) -> [String] {
        (schema.members ?? []).flatMap { keyword -> [String] in
            func fail(_ words: String) -> [String] { ["\(place) \(words): \(value.text.prefix(120))"] }
            switch keyword.name {
            case "description", "default", "examples": return []
            case "$ref":
                guard let target = resolve(keyword.value) else { return fail("has a reference to nowhere") }
                return faults(value, target, at: place, isComplete: isComplete)
            case "anyOf":
                let all = (keyword.value.array ?? []).map { faults(value, $0, at: place, isComplete: isComplete) }
                return all.contains(where: \.isEmpty) ? [] : fail("is none of what it may be \(all)")
            case "type":
                let types = keyword.value.array?.compactMap(\.string) ?? [keyword.value.string ?? ""]
                return types.contains { Self.isOf($0, value) } ? [] : fail("is no \(types)")
            case "enum": return keyword.value.array?.contains(value) == true ? [] : fail("is not in the list")
            case "const": return keyword.value == value ? [] : fail("is not \(keyword.value.text)")
            case "required":
                let names = keyword.value.array?.compactMap(\.string) ?? []
                return names.filter { value.members != nil && value[$0] == nil }.flatMap { fail("lacks \($0)") }
            case "properties":
                return (value.members ?? []).flatMap { member in
                    keyword.value[member.name].map {
                        faults(member.value, $0, at: place + "." + member.name, isComplete: isComplete)
                    } ?? []
                }
            case "items":
                return (value.array ?? []).enumerated().flatMap {
                    faults($1, keyword.value, at: place + "[\($0)]", isComplete: isComplete)
                }
            case "additionalProperties":
                let others = (value.members ?? []).filter { schema["properties"]?[$0.name] == nil }
                if keyword.value == false { return others.flatMap { fail("may not have \($0.name)") } }
                return others.flatMap {
                    faults($0.value, keyword.value, at: place + "." + $0.name, isComplete: isComplete)
                }
            case "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems":
                return Self.isWithin(value, keyword) ? [] : fail("breaks \(keyword.name) \(keyword.value.text)")
            case "pattern":
                guard let text = value.string else { return [] }
                guard let regex = try? Regex(keyword.value.string ?? "(") else { return fail("has a wrong pattern") }
                return text.contains(regex) ? [] : fail("doesn't match")
            case "format":
                return Self.isOfFormat(keyword.value.string, value) ? [] : fail("is no \(keyword.value.text)")
            default: return fail("is described by an unknown keyword \(keyword.name)")
            }
        } + (isComplete ? undescribed(value, schema, at: place) : [])
    }

    /// What a local reference points to.
    func resolve(_ reference: JSON) -> JSON? {
        guard let text = reference.string, text.hasPrefix("#/") else { return nil }
        return text.dropFirst(2).split(separator: "/").reduce(document as JSON?) { $0?[String($1)] }
    }

    private func undescribed(_ value: JSON, _ schema: JSON, at place: String) -> [String] {
        guard let known = schema["properties"], schema["additionalProperties"] == nil else { return [] }
        return (value.members ?? []).filter { known[$0.name] == nil }
            .map { "\(place).\($0.name) is not described: \($0.value.text.prefix(80))" }
    }

    private static func isOf(_ type: String, _ value: JSON) -> Bool {
        switch (type, value) {
        case ("null", .null), ("boolean", .bool), ("string", .string), ("array", .array), ("object", .object),
            ("number", .number):
            true
        case ("integer", .number(let digits)): Int64(digits) != nil
        default: false
        }
    }

    private static func isWithin(_ value: JSON, _ keyword: JSON.Member) -> Bool {
        guard let bound = keyword.value.integer else { return false }
        switch (keyword.name, value) {
        case ("minimum", .number(let digits)): return Double(digits).map { $0 >= Double(bound) } ?? false
        case ("maximum", .number(let digits)): return Double(digits).map { $0 <= Double(bound) } ?? false
        case ("minLength", .string(let text)): return text.unicodeScalars.count >= bound
        case ("maxLength", .string(let text)): return text.unicodeScalars.count <= bound
        case ("minItems", .array(let elements)): return elements.count >= bound
        case ("maxItems", .array(let elements)): return elements.count <= bound
        default: return true
        }
    }

    private static func isOfFormat(_ format: String?, _ value: JSON) -> Bool {
        switch (format, value) {
        // The last character of a moment with an offset is a digit; ours are in UTC.
        case ("date-time", .string(let text)): text.contains("T") && Timestamp(parsing: text) != nil
        case ("date", .string(let text)): text.utf8.count == 10 && Timestamp(parsing: text) != nil
        case ("uri", .string(let text)): HTTPAddress.fault(in: text) == nil
        case ("int64", .number(let digits)): Int64(digits) != nil
        case ("date-time", _), ("date", _), ("uri", _), ("int64", _): true
        default: false
        }
    }
}
