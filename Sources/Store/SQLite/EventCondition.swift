import Domain
import GRDB
import Primitives

/// A residual filter as SQL with bound values. What each term means stands at `EventTerm`, whose `matches` it must agree
/// with; the contract's tests hold it to that.
struct EventCondition {
    private let sql: String
    private let values: [any DatabaseValueConvertible]
    /// Whether the statement is one of few, so that it is worth keeping.
    private let isCommon: Bool

    init(_ filter: EventFilter) {
        let whole = filter.condition
        var terms = EventTermSQL(heldInstances: filter.heldInstances)
        let condition = terms.sql(whole)
        sql = """
            SELECT e.sequence FROM \(Self.tables(whole)) WHERE e.sequence IN (SELECT value FROM json_each(?))
            AND \(condition)
            """
        values = terms.values
        isCommon = filter.expression == .everything
    }

    /// Only what the terms look at is read.
    private static func tables(_ expression: EventExpression) -> String {
        var tables = "event e"
        let needsPayload = expression.contains { if case .words = $0 { true } else { false } }
        if needsPayload { tables += " JOIN payload p ON p.sequence = e.sequence" }
        let needsDelivery = expression.contains { term in
            switch term {
            case .attempts, .status, .took, .error: true
            default: false
            }
        }
        if needsDelivery { tables += " LEFT JOIN delivery d ON d.id = e.notification" }
        return tables
    }

    func passing(_ candidates: [Int64], _ db: Database) throws -> [Int64] {
        // GRDB keeps every cached statement as long as the connection; people's filters are without end.
        let statement = try isCommon ? db.cachedStatement(sql: sql) : db.makeStatement(sql: sql)
        return try Int64.fetchAll(statement, arguments: StatementArguments([NumberList.text(candidates)] + values))
    }
}

/// Terms as SQL over `event e`, `payload p` and `delivery d`, their values beside it in order.
struct EventTermSQL {
    let heldInstances: Set<InstanceID>
    private(set) var values: [any DatabaseValueConvertible] = []

    init(heldInstances: Set<InstanceID>) { self.heldInstances = heldInstances }

    mutating func sql(_ expression: EventExpression) -> String {
        switch expression {
        case .all(let parts): Self.joined(parts.map { sql($0) }[...], "AND") ?? "1"
        case .any(let parts): Self.joined(parts.map { sql($0) }[...], "OR") ?? "0"
        case .negated(let part): "NOT (\(sql(part)))"
        // What is not known holds no more than what is wrong, so that `NOT` finds it.
        case .term(let term): "ifnull(\(sql(term)), 0)"
        }
    }

    /// Halved, as SQLite bounds the depth of an expression and each sign in a row is one deeper.
    private static func joined(_ parts: ArraySlice<String>, _ sign: String) -> String? {
        guard let first = parts.first else { return nil }
        if parts.count == 1 { return first }
        let middle = parts.startIndex + parts.count / 2
        guard let left = joined(parts[..<middle], sign), let right = joined(parts[middle...], sign) else {
            return first
        }
        return "(\(left) \(sign) \(right))"
    }

    private mutating func sql(_ term: EventTerm) -> String {
        switch term {
        case .objects(let names):
            values.append(StringList.text(names.sorted()))
            return "e.object IN (SELECT o.id FROM object o JOIN json_each(?) n ON o.name = n.value COLLATE NOCASE)"
        case .changes(let changes): return among("e.change", changes.map(\.code))
        case .sources(let words): return among("e.source", words.flatMap(\.sources).map(\.code))
        // Names have become numbers before.
        case .instances(let names): return among("e.instance", names.compactMap { InstanceID($0) })
        case .fields(let names):
            return "(e.change = \(Change.updated.code) AND "
                + any(names.sorted()) { name, terms in
                    terms.values.append(ChangedFields.enclosed(name.asciiLowercased))
                    return "instr(lower(char(31) || e.changed || char(31)), ?)"
                } + ")"
        case .records(let ids): return among("e.record_id", ids)
        case .events(let ids): return among("e.event_id", ids)
        case .name(let searches):
            return any(searches.map(\.description).sorted()) { text, terms in
                terms.values.append(text)
                return "\(SearchFunction.nameHolds)(e.record_name, ?)"
            }
        case .states(let states):
            let open = DeliveryState.storedOpen.map { String($0.code) }.joined(separator: ", ")
            values.append(NumberList.text(heldInstances.sorted()))
            values.append(NumberList.text(states.map(\.code).sorted()))
            return """
                CASE WHEN e.state IN (\(open)) AND e.instance IN (SELECT value FROM json_each(?))
                THEN \(DeliveryState.held.code) ELSE e.state END IN (SELECT value FROM json_each(?))
                """
        case .replays(let verdicts): return among("e.replay", verdicts.map(\.code))
        case .attempts(let ranges): return within("d.attempts", ranges)
        case .status(let ranges): return within("d.last_status", ranges)
        case .took(let ranges): return within("d.last_ms", ranges)
        case .error(let parts):
            return any(parts.sorted()) { part, terms in
                terms.values.append(part.asciiLowercased)
                return "instr(lower(d.last_error), ?)"
            }
        case .since(let moment):
            values.append(moment.milliseconds)
            return "e.received >= ?"
        case .until(let moment):
            values.append(moment.milliseconds)
            return "e.received < ?"
        case .words(let search):
            values.append(search.description)
            return "\(SearchFunction.recordHolds)(p.record, e.record_name, ?)"
        }
    }

    private mutating func among(_ column: String, _ numbers: [Int64]) -> String {
        values.append(NumberList.text(numbers.sorted()))
        return "\(column) IN (SELECT value FROM json_each(?))"
    }

    private mutating func among(_ column: String, _ texts: Set<String>) -> String {
        values.append(StringList.text(texts.sorted()))
        return "\(column) IN (SELECT value FROM json_each(?))"
    }

    private mutating func within(_ column: String, _ ranges: Set<NumberRange>) -> String {
        any(ranges.sorted { ($0.lower ?? .min, $0.upper ?? .max) < ($1.lower ?? .min, $1.upper ?? .max) }) {
            range,
            terms in
            terms.values.append(range.lower ?? .min)
            terms.values.append(range.upper ?? .max)
            return "\(column) BETWEEN ? AND ?"
        }
    }

    private mutating func any<Value>(_ list: [Value], _ one: (Value, inout EventTermSQL) -> String) -> String {
        Self.joined(list.map { one($0, &self) }[...], "OR") ?? "0"
    }
}
