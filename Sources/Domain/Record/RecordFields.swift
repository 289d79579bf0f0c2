package import Primitives

/// The fields of one record, each value as the very bytes that the org sent.
///
/// A consumer that compares with the org must find `1.50` where the org said `1.50`, so values are never re-encoded.
package struct RecordFields: Sendable, Hashable {
    package struct Field: Sendable, Hashable {
        package let name: String
        /// The value's JSON text as it was sent.
        package let raw: String

        package init(name: String, raw: String) {
            self.name = name
            self.raw = raw
        }

        package var isNull: Bool { raw == "null" }
    }

    package private(set) var fields: [Field]

    package init(_ fields: [Field] = []) { self.fields = fields }

    /// Parses one JSON object; anything else is an error.
    package init(parsing json: String) throws(JSONError) {
        var scanner = JSONScanner(Array(json.utf8))
        scanner.skipWhitespace()
        self = try RecordFields(from: &scanner)
        try scanner.expectEnd()
    }

    /// Parses the object that begins at the scanner's position. The names of `model`, a record that likely has the same
    /// fields in the same order, are used again instead of being made anew.
    package init(from scanner: inout JSONScanner, like model: RecordFields? = nil) throws(JSONError) {
        var deep: [String] = []
        self = try RecordFields(from: &scanner, like: model, leavingOut: &deep)
        guard deep.isEmpty else {
            throw scanner.failure("nested deeper than \(JSONScanner.maximumDepth) levels")
        }
    }

    /// The same without the fields whose values are nested deeper than is read; their names are added to `deep`.
    package init(
        from scanner: inout JSONScanner,
        like model: RecordFields?,
        leavingOut deep: inout [String]
    ) throws(JSONError) {
        var fields: [Field] = []
        let names = model?.fields ?? []
        fields.reserveCapacity(max(16, names.count))
        try scanner.members { (scanner: inout JSONScanner, place) throws(JSONError) in
            let (value, isTooDeep) = try scanner.anyValue(depth: 1)
            if isTooDeep {
                deep.append(scanner.unescaped(place))
                return
            }
            let index = fields.count
            let name = index < names.count && scanner.spells(names[index].name, at: place) ? names[index].name : nil
            fields.append(Field(name: name ?? scanner.unescaped(place), raw: scanner.text(value)))
        }
        self.fields = fields
    }

    /// The value's JSON text; names are compared as Salesforce does, without regard to case.
    package subscript(name: String) -> String? {
        fields.last { $0.name == name }?.raw
            ?? fields.last { $0.name.utf8.count == name.utf8.count && $0.name.lowercased() == name.lowercased() }?.raw
    }

    /// The decoded text of a string field; nil for null, absent and other kinds.
    package func string(_ name: String) -> String? {
        guard let raw = self[name], raw.utf8.first == 0x22 else { return nil }
        // Most texts have no escape, and are what stands between their quotes.
        let inner = raw.utf8.dropFirst().dropLast()
        return inner.contains(0x5C) ? (try? JSON(parsing: raw))?.string : String(Substring(inner))
    }

    package func bool(_ name: String) -> Bool? {
        switch self[name] {
        case "true": true
        case "false": false
        default: nil
        }
    }

    package mutating func append(_ name: String, raw: String) { fields.append(Field(name: name, raw: raw)) }

    /// `{"Name":"Acme",…}`: the fields in their order, values untouched.
    package var json: String {
        var out: [UInt8] = []
        out.reserveCapacity(fields.reduce(2) { $0 + $1.name.utf8.count + $1.raw.utf8.count + 4 })
        out.append(0x7B)
        for (index, field) in fields.enumerated() {
            if index > 0 { out.append(0x2C) }
            JSON.writeQuoted(field.name, to: &out)
            out.append(0x3A)
            out.append(contentsOf: field.raw.utf8)
        }
        out.append(0x7D)
        return String(decoding: out, as: UTF8.self)
    }

    /// What a person would call the record: its name, subject, number or nothing.
    package var displayName: String? {
        for name in ["Name", "CaseNumber", "Subject", "Title", "DeveloperName"] {
            if let text = string(name), !text.isEmpty { return Self.withoutNulls(text) }
        }
        let person = [string("FirstName"), string("LastName")].compactMap { $0 }.joined(separator: " ")
        return person.isEmpty ? nil : Self.withoutNulls(person)
    }

    /// SQLite ends a text at its first NUL, which would hide what stands behind it.
    private static func withoutNulls(_ text: String) -> String {
        text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text
    }
}
