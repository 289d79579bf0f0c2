extension RecordFields {
    /// Drops members that are null, at every depth, and leaves all other bytes as they were.
    package func droppingNulls() -> RecordFields {
        RecordFields(
            fields.compactMap { field in
                if field.isNull { return nil }
                guard field.raw.first == "{" || field.raw.first == "[", field.raw.contains("null") else { return field }
                var scanner = JSONScanner(Array(field.raw.utf8))
                guard let raw = try? Self.withoutNulls(&scanner) else { return field }
                return Field(name: field.name, raw: raw)
            }
        )
    }

    private static func withoutNulls(_ scanner: inout JSONScanner) throws(JSONError) -> String {
        var parts: [String] = []
        switch scanner.peek() {
        case 0x7B:
            try scanner.members { (scanner: inout JSONScanner, name) throws(JSONError) in
                let value = try withoutNulls(&scanner)
                if value != "null" { parts.append(scanner.text(name) + ":" + value) }
            }
            return "{" + parts.joined(separator: ",") + "}"
        case 0x5B:
            try scanner.elements { (scanner: inout JSONScanner) throws(JSONError) in
                parts.append(try withoutNulls(&scanner))
            }
            return "[" + parts.joined(separator: ",") + "]"
        default: return scanner.text(try scanner.value())
        }
    }
}
