package import Domain
package import Primitives

/// What the filter of nulls takes from a record, so that the whole can be told from what an event keeps of it.
///
/// A text of its own beside the event's record: empty where they are the same; otherwise a JSON array of the fields that
/// differ, each as `[place, name]` for one that was null and left out, and `[place, name, text]` for one that holds nulls
/// deeper down.
package enum FilteredFields {
    /// `kept` is `whole` after `droppingNulls`.
    package static func text(_ whole: RecordFields, kept: RecordFields) -> String {
        var rest = kept.fields[...]
        var differences: [JSON] = []
        for (place, field) in whole.fields.enumerated() {
            if field.isNull {
                differences.append([.integer(place), .string(field.name)])
            } else if rest.popFirst() != field {
                differences.append([.integer(place), .string(field.name), .string(field.raw)])
            }
        }
        return differences.isEmpty ? "" : JSON.array(differences).text
    }

    /// The whole again, each field in its place.
    ///
    /// - Throws: for a text that `text` never writes: a field that is dropped for it would look like a change.
    package static func restore(_ kept: RecordFields, _ text: String) throws(JSONError) -> RecordFields {
        if text.isEmpty { return kept }
        var rest = kept.fields[...]
        var fields: [RecordFields.Field] = []
        let unknown = JSONError(offset: 0, reason: "not what the filter of nulls took")
        guard let differences = try JSON(parsing: text).array else { throw unknown }
        for difference in differences {
            guard let parts = difference.array, parts.count >= 2,
                let place = parts[0].integer.map({ Int(clamping: $0) }),
                let name = parts[1].string
            else { throw unknown }
            while fields.count < place, let field = rest.popFirst() { fields.append(field) }
            if parts.count > 2, let raw = parts[2].string {
                _ = rest.popFirst()
                fields.append(.init(name: name, raw: raw))
            } else {
                fields.append(.init(name: name, raw: "null"))
            }
        }
        return RecordFields(fields + rest)
    }
}
