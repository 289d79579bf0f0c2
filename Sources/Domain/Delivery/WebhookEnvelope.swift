/// A webhook body with its records taken out, so that each notification can carry just its own.
///
/// A body of one record comes back as it was sent; the original repeated all records in every notification.
package enum WebhookEnvelope {
    /// Stand where the records were; neither can occur in JSON outside a string, and both are whole values.
    private static let recordsMark = "\"\u{1}records\""
    private static let previousMark = "\"\u{1}previous\""

    /// The envelope of a body whose members are given as raw JSON texts, in order.
    package static func make(
        members: [(name: String, raw: String)],
        recordsName: String,
        previousName: String?
    ) -> String {
        let parts = members.map { name, raw in
            let value = name == recordsName ? recordsMark : name == previousName ? previousMark : raw
            return JSON.string(name).text + ":" + value
        }
        return "{" + parts.joined(separator: ",") + "}"
    }

    package static func fill(_ envelope: String, records: [String], previous: [String]) -> String {
        envelope
            .replacing(recordsMark, with: "[" + records.joined(separator: ",") + "]", maxReplacements: 1)
            .replacing(
                previousMark,
                with: previous.isEmpty ? "null" : "[" + previous.joined(separator: ",") + "]",
                maxReplacements: 1
            )
    }
}
