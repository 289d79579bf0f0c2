import Primitives

extension RecordFields {
    /// Whether `droppingNulls` could leave something out.
    package var mayHoldNulls: Bool { fields.contains { $0.isNull || $0.mayHoldNulls } }

    /// Drops members that are null, at every depth, and leaves all other bytes as they were.
    package func droppingNulls() -> RecordFields {
        RecordFields(
            fields.compactMap { field in
                if field.isNull { return nil }
                guard field.mayHoldNulls else { return field }
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

extension RecordFields.Field {
    /// A container in which the word occurs. By bytes: this runs for every field of every record.
    fileprivate var mayHoldNulls: Bool {
        guard raw.utf8.first == 0x7B || raw.utf8.first == 0x5B else { return false }
        var word: UInt32 = 0
        for byte in raw.utf8 {
            word = word << 8 | UInt32(byte)
            if word == Self.null { return true }
        }
        return false
    }

    /// The four bytes of `null`.
    private static var null: UInt32 { 0x6E75_6C6C }
}
