import Domain
package import Primitives

/// The SOQL that reads an object's changes in the order (stamp, id).
package struct ChangeQuery: Sendable, Hashable {
    /// The last row that was read; the next query goes on right behind it.
    package struct Position: Sendable, Hashable {
        package var stamp: Timestamp
        /// As the org returned it: ids sort by the server's own rule.
        package var recordID: String

        package init(stamp: Timestamp, recordID: String) {
            self.stamp = stamp
            self.recordID = recordID
        }
    }

    package var schema: ObjectSchema
    package var lower: Timestamp?
    /// Exclusive; only set where the org's queries run too long for the whole span.
    package var upper: Timestamp?
    package var after: Position?
    package var onlyDeleted: Bool
    /// The most rows, where one answer can't hold as many as the org would give.
    package var limit: Int?

    package init(
        schema: ObjectSchema,
        lower: Timestamp? = nil,
        upper: Timestamp? = nil,
        after: Position? = nil,
        onlyDeleted: Bool = false,
        limit: Int? = nil
    ) {
        self.schema = schema
        self.lower = lower
        self.upper = upper
        self.after = after
        self.onlyDeleted = onlyDeleted
        self.limit = limit
    }

    package var soql: String {
        let stamp = schema.stamp ?? "CreatedDate"
        var conditions: [String] = []
        if let after {
            let moment = Self.literal(after.stamp)
            conditions.append("((\(stamp) = \(moment) AND Id > '\(after.recordID)') OR \(stamp) > \(moment))")
        } else if let lower {
            conditions.append("\(stamp) >= \(Self.literal(lower))")
        }
        if let upper { conditions.append("\(stamp) < \(Self.literal(upper))") }
        if onlyDeleted { conditions.append("IsDeleted = true") }
        let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        let end = limit.map { " LIMIT \($0)" } ?? ""
        return "SELECT \(Self.fields(schema)) FROM \(schema.name)\(filter) ORDER BY \(stamp) ASC, Id ASC\(end)"
    }

    /// Reads these records, whatever their stamps.
    package static func soql(_ schema: ObjectSchema, ids: some Sequence<String>) -> String {
        let list = ids.map { "'\($0)'" }.joined(separator: ",")
        return "SELECT \(fields(schema)) FROM \(schema.name) WHERE Id IN (\(list)) ORDER BY Id ASC"
    }

    /// Reads only these fields of the records, and what tells whether they were written since.
    package static func soql(
        _ schema: ObjectSchema,
        ids: some Sequence<String>,
        further fields: [String]
    ) -> String {
        var narrow = schema
        narrow.fields = ["Id", schema.stamp ?? "CreatedDate"] + fields
        return soql(narrow, ids: ids)
    }

    /// The rows that were written last; more than one, as the newest may carry a stamp that nobody can believe.
    /// `days`: how far the org looks back by its own clock, where it can't sort all that it has.
    package static func newest(_ schema: ObjectSchema, days: Int? = nil) -> String {
        let stamp = schema.stamp ?? "CreatedDate"
        let filter = days.map { " WHERE \(stamp) >= LAST_N_DAYS:\($0)" } ?? ""
        return
            "SELECT Id,\(stamp) FROM \(schema.name)\(filter) ORDER BY \(stamp) DESC, Id DESC LIMIT \(newestRows(schema))"
    }

    /// Where records carry no creation date, a whole page: if that is all there is, ids tell new ones from old ones.
    package static func newestRows(_ schema: ObjectSchema) -> Int { schema.hasCreatedDate ? 100 : 2000 }

    /// How many live records a window holds, and its first and last stamp. Without aliases: FIRST and LAST are reserved.
    package static func counting(_ schema: ObjectSchema, _ window: StampWindow) -> String {
        let stamp = schema.stamp ?? "CreatedDate"
        let live = schema.hasIsDeleted ? " AND IsDeleted = false" : ""
        return "SELECT COUNT(Id),MIN(\(stamp)),MAX(\(stamp)) FROM \(schema.name) WHERE \(within(window, stamp))\(live)"
    }

    /// What tells a window's records and their last writes apart, in the order (stamp, id), behind a position.
    package static func narrow(
        _ schema: ObjectSchema,
        _ window: StampWindow,
        after: Position?,
        limit: Int
    ) -> String {
        var narrow = schema
        narrow.fields = ["Id", schema.stamp ?? "CreatedDate"] + (schema.hasIsDeleted ? ["IsDeleted"] : [])
        return ChangeQuery(schema: narrow, lower: window.from, upper: window.to, after: after, limit: limit).soql
    }

    private static func within(_ window: StampWindow, _ stamp: String) -> String {
        "\(stamp) >= \(literal(window.from)) AND \(stamp) < \(literal(window.to))"
    }

    private static func fields(_ schema: ObjectSchema) -> String { schema.fields.joined(separator: ",") }

    /// Whole seconds, as the org stores them, unless it showed more.
    private static func literal(_ moment: Timestamp) -> String {
        moment.milliseconds % 1000 == 0 ? moment.iso : moment.isoMilliseconds
    }
}
