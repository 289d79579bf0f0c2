import Primitives

/// A webhook body with its records taken out, so that each notification can carry just its own.
///
/// A body of one record comes back as it was sent; the original repeated all records in every notification.
package enum WebhookEnvelope {
    /// Stand where the records were; neither can occur in JSON outside a string, and both are whole values.
    private static let recordsMark = "\"\u{1}records\""
    private static let previousMark = "\"\u{1}previous\""

    /// The envelope of a body whose members are given as raw JSON texts, in order; those that hold records may be empty, as
    /// they are left out.
    package static func make(
        members: [(name: String, raw: String)],
        recordsName: String,
        previousName: String?
    ) -> String {
        var out: [UInt8] = [0x7B]
        out.reserveCapacity(members.reduce(64) { $0 + $1.name.utf8.count + $1.raw.utf8.count + 4 })
        for (index, (name, raw)) in members.enumerated() {
            if index > 0 { out.append(0x2C) }
            JSON.writeQuoted(name, to: &out)
            out.append(0x3A)
            let value = name == recordsName ? recordsMark : name == previousName ? previousMark : raw
            out.append(contentsOf: value.utf8)
        }
        out.append(0x7D)
        return String(decoding: out, as: UTF8.self)
    }

    package static func fill(_ envelope: String, records: [String], previous: [String]) -> String {
        // By bytes, and from the envelope alone: what a record says is never taken for a mark.
        let bytes = Array(envelope.utf8)
        let marks = [Array(recordsMark.utf8), Array(previousMark.utf8)]
        let values = [
            "[" + records.joined(separator: ",") + "]",
            previous.isEmpty ? "null" : "[" + previous.joined(separator: ",") + "]",
        ]
        var out: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == 0x22, index + 1 < bytes.count, bytes[index + 1] == 0x01,
                let which = marks.firstIndex(where: { bytes[index...].starts(with: $0) })
            {
                out.append(contentsOf: values[which].utf8)
                index += marks[which].count
            } else {
                out.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
