import Primitives

/// Puts earlier results where a composite part says `@{reference.member}`.
struct ReferenceResolver {
    let results: [String: JSON]

    func resolved(_ json: JSON) throws(ServiceError) -> JSON {
        switch json {
        case .string(let text): return .string(try resolved(text))
        case .array(let elements):
            var output: [JSON] = []
            for element in elements { output.append(try resolved(element)) }
            return .array(output)
        case .object(let members):
            var output: [JSON.Member] = []
            for member in members { output.append(JSON.Member(member.name, try resolved(member.value))) }
            return .object(output)
        case .null, .bool, .number: return json
        }
    }

    func resolved(_ text: String) throws(ServiceError) -> String {
        var output = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "@") {
            output += rest[..<open]
            rest = rest[open...]
            guard rest.hasPrefix("@{"), let close = rest.firstIndex(of: "}") else {
                output.append("@")
                rest = rest.dropFirst()
                continue
            }
            let path = String(rest.dropFirst(2)[..<close])
            output += try value(path)
            rest = rest[rest.index(after: close)...]
        }
        return output + rest
    }

    private func value(_ path: String) throws(ServiceError) -> String {
        let parts = path.split(separator: ".").map { String($0) }
        var json = parts.first.flatMap { results[$0] }
        for part in parts.dropFirst() {
            let name = String(part.prefix { $0 != "[" })
            if !name.isEmpty { json = json?[name] }
            for index in part.dropFirst(name.count).split(separator: "[") {
                json = Int(index.prefix { $0 != "]" }).flatMap { json?[$0] }
            }
        }
        switch json {
        case .string(let text): return text
        case .number(let spelling): return spelling
        default:
            throw ServiceError(400, "PROCESSING_HALTED", "Invalid reference specified. No value for \(path) found.")
        }
    }
}
