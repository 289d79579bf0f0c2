import Domain
import GRDB
import Primitives

/// A residual filter as SQL. What each part means stands at `EventFilter`; the contract's tests hold this to it.
struct EventCondition {
    private let sql: String
    private let values: [any DatabaseValueConvertible]

    init(_ filter: EventFilter) {
        var parts: [String] = []
        var values: [any DatabaseValueConvertible] = []
        func among(_ column: String, _ list: String) {
            parts.append("\(column) IN (SELECT value FROM json_each(?))")
            values.append(list)
        }
        if !filter.instanceIDs.isEmpty { among("e.instance", NumberList.text(filter.instanceIDs.sorted())) }
        if !filter.changes.isEmpty { among("e.change", NumberList.text(filter.changes.map(\.code).sorted())) }
        if !filter.states.isEmpty {
            let open = DeliveryState.storedOpen.map { String($0.code) }.joined(separator: ", ")
            parts.append(
                """
                CASE WHEN e.state IN (\(open)) AND e.instance IN (SELECT value FROM json_each(?))
                THEN \(DeliveryState.held.code) ELSE e.state END IN (SELECT value FROM json_each(?))
                """
            )
            values.append(NumberList.text(filter.heldInstances.sorted()))
            values.append(NumberList.text(filter.states.map(\.code).sorted()))
        }
        if !filter.replays.isEmpty { among("e.replay", NumberList.text(filter.replays.map(\.code).sorted())) }
        if !filter.objects.isEmpty {
            parts.append(
                "e.object IN (SELECT o.id FROM object o JOIN json_each(?) n ON o.name = n.value COLLATE NOCASE)"
            )
            values.append(StringList.text(filter.objects.sorted()))
        }
        if !filter.excludedReplays.isEmpty {
            parts.append("(e.replay IS NULL OR e.replay NOT IN (SELECT value FROM json_each(?)))")
            values.append(NumberList.text(filter.excludedReplays.map(\.code).sorted()))
        }
        if let from = filter.from {
            parts.append("e.received >= ?")
            values.append(from.milliseconds)
        }
        if let to = filter.to {
            parts.append("e.received < ?")
            values.append(to.milliseconds)
        }
        if let text = filter.text, !text.isEmpty {
            parts.append(#"(p.record LIKE ? ESCAPE '\' OR e.record_name LIKE ? ESCAPE '\')"#)
            values += [Self.pattern(text), Self.pattern(text)]
        }
        let tables =
            filter.text?.isEmpty ?? true ? "event e" : "event e JOIN payload p ON p.sequence = e.sequence"
        sql = """
            SELECT e.sequence FROM \(tables) WHERE e.sequence IN (SELECT value FROM json_each(?))
            AND \(parts.joined(separator: " AND "))
            """
        self.values = values
    }

    func passing(_ candidates: [Int64], _ db: Database) throws -> [Int64] {
        let statement = try db.cachedStatement(sql: sql)
        return try Int64.fetchAll(statement, arguments: StatementArguments([NumberList.text(candidates)] + values))
    }

    /// A text to be found anywhere, as `LIKE` has it.
    private static func pattern(_ text: String) -> String {
        var out = "%"
        for character in text {
            if character == "%" || character == "_" || character == "\\" { out.append("\\") }
            out.append(character)
        }
        return out + "%"
    }
}
