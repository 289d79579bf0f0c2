package import Domain
package import Primitives

/// What a change replaced, told from the record that its event keeps anyway: most fields of both are the same.
///
/// A text of its own beside the event's record. A JSON object is all that was replaced. A JSON array makes it of the
/// record's fields, from the first one on: `n` is the next n of them, `-n` passes over n, and a text is the name of a
/// field whose value stands behind it.
package enum PreviousFields {
    /// How far a field is looked for in the record, so that records of many fields with nothing in common cost no more than
    /// they hold.
    private static let reach = 64

    package static func text(_ previous: RecordFields, beside record: RecordFields) -> String {
        let whole = previous.json
        var steps = Steps()
        var place = 0
        for field in previous.fields {
            guard let found = index(of: field.name, in: record.fields[place...].prefix(reach)) else {
                steps.insert(field)
                continue
            }
            steps.skip(found - place)
            if record.fields[found].raw.hasSameBytes(as: field.raw) {
                steps.copy()
            } else {
                steps.skip(1)
                steps.insert(field)
            }
            place = found + 1
        }
        let text = steps.text()
        return text.utf8.count < whole.utf8.count ? text : whole
    }

    /// The JSON object that was replaced.
    ///
    /// - Throws: for a text that `text` never writes.
    package static func restore(_ text: String, beside record: String) throws(JSONError) -> String {
        guard text.utf8.first == 0x5B else { return text }
        let fields = try RecordFields(parsing: record).fields
        var restored = RecordFields()
        var place = 0
        var name: String?
        var scanner = JSONScanner(Array(text.utf8))
        try scanner.elements { (scanner: inout JSONScanner) throws(JSONError) in
            let value = try scanner.value(depth: 1)
            if let known = name {
                restored.append(known, raw: scanner.text(value))
                name = nil
            } else if scanner.isString(value) {
                name = scanner.unescaped(value)
            } else {
                guard let count = Int(scanner.text(value)), count != 0, count.magnitude <= fields.count - place
                else { throw scanner.failure("not a number of the record's fields") }
                for field in fields[place...].prefix(max(0, count)) { restored.append(field.name, raw: field.raw) }
                place += Int(count.magnitude)
            }
        }
        try scanner.expectEnd()
        if name != nil { throw scanner.failure("a field without its value") }
        return restored.json
    }

    private static func index(of name: String, in fields: ArraySlice<RecordFields.Field>) -> Int? {
        fields.firstIndex { $0.name.hasSameBytes(as: name) }
    }

    private struct Steps {
        private var out: [UInt8] = [0x5B]
        /// What is passed over or copied next; those that follow each other are one.
        private var run = 0

        mutating func copy() {
            if run < 0 { write() }
            run += 1
        }

        mutating func skip(_ count: Int) {
            if count == 0 { return }
            if run > 0 { write() }
            run -= count
        }

        mutating func insert(_ field: RecordFields.Field) {
            write()
            separate()
            JSON.writeQuoted(field.name, to: &out)
            separate()
            out.append(contentsOf: field.raw.utf8)
        }

        mutating func text() -> String {
            write()
            return String(decoding: out + [0x5D], as: UTF8.self)
        }

        private mutating func write() {
            if run == 0 { return }
            separate()
            out.append(contentsOf: String(run).utf8)
            run = 0
        }

        private mutating func separate() { if out.count > 1 { out.append(0x2C) } }
    }
}
