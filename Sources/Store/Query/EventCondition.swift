import Domain
import GRDB
import Primitives

/// The parts of a filter that no index answers: looked at event by event.
struct EventCondition {
    private let sql: String
    private let values: [any DatabaseValueConvertible & Sendable]

    /// Nil if there is nothing to look at.
    init?(_ filter: EventFilter, withoutFacets: Bool) {
        var parts: [String] = []
        var values: [any DatabaseValueConvertible & Sendable] = []
        func among(_ column: String, _ list: String) {
            parts.append("\(column) IN (SELECT value FROM json_each(?))")
            values.append(list)
        }
        if !withoutFacets {
            if !filter.instanceIDs.isEmpty { among("e.instance", EventScan.list(filter.instanceIDs.sorted())) }
            if !filter.changes.isEmpty { among("e.change", EventScan.list(filter.changes.map(\.code).sorted())) }
            if !filter.states.isEmpty {
                parts.append(
                    """
                    CASE WHEN e.state IN (0, 1, 2) AND e.instance IN (SELECT value FROM json_each(?))
                    THEN \(DeliveryState.held.code) ELSE e.state END IN (SELECT value FROM json_each(?))
                    """
                )
                values.append(EventScan.list(filter.heldInstances.sorted()))
                values.append(EventScan.list(filter.states.map(\.code).sorted()))
            }
            if !filter.replays.isEmpty { among("e.replay", EventScan.list(filter.replays.map(\.code).sorted())) }
            if !filter.objects.isEmpty {
                parts.append(
                    "e.object IN (SELECT o.id FROM object o JOIN json_each(?) n ON o.name = n.value COLLATE NOCASE)"
                )
                values.append(StringList.text(filter.objects.sorted()))
            }
        }
        if !filter.excludedReplays.isEmpty {
            parts.append("(e.replay IS NULL OR e.replay NOT IN (SELECT value FROM json_each(?)))")
            values.append(EventScan.list(filter.excludedReplays.map(\.code).sorted()))
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
        if parts.isEmpty { return nil }
        let tables =
            filter.text?.isEmpty ?? true ? "event e" : "event e JOIN payload p ON p.sequence = e.sequence"
        sql = """
            SELECT e.sequence FROM \(tables) WHERE e.sequence IN (SELECT value FROM json_each(?))
            AND \(parts.joined(separator: " AND "))
            """
        self.values = values
    }

    func passing(_ candidates: [Int64], _ direction: PageRequest.Direction, _ db: Database) throws -> [Int64] {
        let statement = try db.cachedStatement(sql: sql)
        let arguments: [(any DatabaseValueConvertible)?] = [EventScan.list(candidates)] + values.map { $0 }
        let found = try Int64.fetchAll(statement, arguments: StatementArguments(arguments))
        return direction == .newestFirst ? found.sorted(by: >) : found.sorted()
    }

    private static func pattern(_ text: String) -> String {
        var out = "%"
        for character in text {
            if character == "%" || character == "_" || character == "\\" { out.append("\\") }
            out.append(character)
        }
        return out + "%"
    }
}
