import Primitives

/// Who changed a record last, as far as the record says it.
package enum RecordAuthor {
    /// Bytes of a record that is looked into; a list reads many of them.
    package static let longestRecord = 262_144
    /// Characters of a name that are kept.
    private static let longestName = 120

    /// `LastModifiedBy.Name` where somebody has queried it, else `LastModifiedById`; nil where the record has neither.
    package static func name(in record: String) -> String? {
        guard record.utf8.count <= longestRecord, let fields = try? RecordFields(parsing: record) else { return nil }
        let user = fields["LastModifiedBy"].flatMap { try? JSON(parsing: $0) }
        let name = user?["Name"]?.string ?? fields.string("LastModifiedById")
        return name.flatMap { $0.isEmpty ? nil : String($0.prefix(longestName)) }
    }
}
