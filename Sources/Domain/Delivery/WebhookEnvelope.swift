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
            let isPrevious = name == previousName && raw != "null"
            let value = name == recordsName ? recordsMark : isPrevious ? previousMark : raw
            out.append(contentsOf: value.utf8)
        }
        out.append(0x7D)
        return String(decoding: out, as: UTF8.self)
    }

    /// Writes the envelope with these records, by bytes and from the envelope alone: what a record says is never taken for a
    /// mark.
    package static func fill(_ envelope: String, records: [String], previous: [String], to out: inout [UInt8]) {
        let bytes = Array(envelope.utf8)
        var copied = 0
        var index = 0
        while let control = bytes[index...].firstIndex(of: 0x01) {
            index = control + 1
            guard control > copied, bytes[control - 1] == 0x22 else { continue }
            let rest = bytes[(control - 1)...]
            let isRecords = rest.starts(with: recordsMark.utf8)
            guard isRecords || rest.starts(with: previousMark.utf8) else { continue }
            out.append(contentsOf: bytes[copied..<(control - 1)])
            // A list stood there, if an empty one: the mark is never in the place of a null.
            out.write(values: isRecords ? records : previous)
            copied = control - 1 + (isRecords ? recordsMark : previousMark).utf8.count
            index = copied
        }
        out.append(contentsOf: bytes[copied...])
    }
}
