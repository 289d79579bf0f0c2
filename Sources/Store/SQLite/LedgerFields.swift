import Domain
import Primitives

/// The fields of an entry of the ledger, as `ledger.fields` and, where an event keeps them, that event's record tell them.
enum LedgerFields {
    /// `record` is nil where no event keeps them.
    static func read(_ fields: String, of record: String?) throws(JSONError) -> RecordFields {
        guard let record else { return try RecordFields(parsing: fields) }
        return try FilteredFields.restore(RecordFields(parsing: record), fields)
    }

    /// The same, spelled out.
    static func text(_ fields: String, of record: String?) throws(JSONError) -> String {
        guard let record else { return fields }
        return fields.isEmpty ? record : try read(fields, of: record).json
    }

    // MARK: On their way to another store

    /// Behind the columns of the ledger, the record that its fields stand in.
    static func column(of table: MovedTable) -> String {
        table.name == "ledger" ? ", (SELECT record FROM payload WHERE sequence = ledger.event)" : ""
    }

    static func isRead(_ column: MovedTable.Column, of table: MovedTable) -> Bool {
        table.name == "ledger" && column.name == "fields"
    }
}
