#if PostgreSQL
import Domain
import Primitives
import Store

/// A residual filter as SQL with bound values. What each term means stands at `EventTerm`, whose `matches` it must agree
/// with; the contract's tests hold it to that.
///
/// What a word is no dictionary of PostgreSQL knows: parts of the filter that look for words are decided here, of the events
/// that the other parts leave.
struct EventCondition {
    private let sql: String
    private let values: [any PostgresValue]
    private let worded: EventExpression?
    private let heldInstances: Set<InstanceID>

    init(_ filter: EventFilter) {
        let parts = filter.condition.conjuncts
        let worded = parts.filter(\.looksForWords)
        var terms = EventTermSQL(heldInstances: filter.heldInstances)
        let condition = EventExpression.every(parts.filter { !$0.looksForWords })
        sql = """
            SELECT e.sequence FROM \(Self.tables(condition)) WHERE e.sequence = ANY ($1)
            AND \(terms.sql(condition))
            """
        values = terms.values
        self.worded = worded.isEmpty ? nil : .every(worded)
        heldInstances = filter.heldInstances
    }

    /// Only what the terms look at is read.
    private static func tables(_ expression: EventExpression) -> String {
        let needsDelivery = expression.contains { term in
            switch term {
            case .attempts, .status, .took, .error: true
            default: false
            }
        }
        return needsDelivery ? "event e LEFT JOIN delivery d ON d.id = e.notification" : "event e"
    }

    func passing(_ candidates: [Int64], _ connection: Connection) throws -> [Int64] {
        // People's filters are without end, and the server keeps what it is asked to.
        let found: [Int64] =
            values.isEmpty && worded != nil
            ? candidates : try connection.runOnce(sql, [Column(candidates)] + values).map { $0[0] }
        guard let worded else { return found }
        return try Self.holding(worded, among: found, heldInstances, connection)
    }

    /// Looks at each of these with its record.
    private static func holding(
        _ expression: EventExpression,
        among sequences: [Int64],
        _ heldInstances: Set<InstanceID>,
        _ connection: Connection
    ) throws -> [Int64] {
        if sequences.isEmpty { return [] }
        let rows = try connection.run(
            """
            SELECT \(EventColumns.summary), p.record FROM \(EventColumns.summaryTables)
            JOIN payload p ON p.sequence = e.sequence WHERE e.sequence = ANY ($1)
            """,
            [Column(sequences)]
        )
        return rows.compactMap { row in
            let event = EventSummary(row, heldInstances: heldInstances, withAuthor: false)
            let record = EventColumns.summaryCount
            return expression.matches(event, record: { row[record] }, instanceName: nil) ? event.sequence : nil
        }
    }
}

extension EventExpression {
    fileprivate var looksForWords: Bool {
        contains { term in
            switch term {
            case .words, .name: true
            default: false
            }
        }
    }
}

/// Terms as SQL over `event e` and `delivery d`, their values beside it in order, from the second on.
struct EventTermSQL {
    let heldInstances: Set<InstanceID>
    private(set) var values: [any PostgresValue] = []

    init(heldInstances: Set<InstanceID>) { self.heldInstances = heldInstances }

    mutating func sql(_ expression: EventExpression) -> String {
        switch expression {
        case .all(let parts): joined(parts, "AND") ?? "true"
        case .any(let parts): joined(parts, "OR") ?? "false"
        case .negated(let part): "NOT (\(sql(part)))"
        // What is not known holds no more than what is wrong, so that `NOT` finds it.
        case .term(let term): "coalesce(\(sql(term)), false)"
        }
    }

    private mutating func joined(_ parts: [EventExpression], _ sign: String) -> String? {
        if parts.isEmpty { return nil }
        return "(" + parts.map { sql($0) }.joined(separator: " \(sign) ") + ")"
    }

    private mutating func mark(_ value: any PostgresValue) -> String {
        values.append(value)
        return "$\(values.count + 1)"
    }

    private mutating func sql(_ term: EventTerm) -> String {
        switch term {
        case .objects(let names):
            return
                "e.object IN (SELECT id FROM object WHERE lower(name) = ANY (\(mark(Column(names.map(\.asciiLowercased).sorted())))))"
        case .changes(let changes): return among("e.change", changes.map(\.code))
        case .sources(let words): return among("e.source", words.flatMap(\.sources).map(\.code))
        // Names have become numbers before.
        case .instances(let names): return among("e.instance", names.compactMap { InstanceID($0) })
        case .fields(let names):
            let changed = "lower(chr(31) || e.changed || chr(31))"
            return "(e.change = \(Change.updated.code) AND "
                + any(names.sorted()) { name, terms in
                    "position(\(terms.mark(ChangedFields.enclosed(name.asciiLowercased))) IN \(changed)) > 0"
                } + ")"
        case .records(let ids): return among("e.record_id", ids)
        case .events(let ids): return among("e.event_id", ids)
        case .states(let states):
            let open = DeliveryState.storedOpen.map { String($0.code) }.joined(separator: ", ")
            let held = mark(Column(heldInstances.sorted()))
            let wanted = mark(Column(states.map(\.code).sorted()))
            return """
                CASE WHEN e.state IN (\(open)) AND e.instance = ANY (\(held))
                THEN \(DeliveryState.held.code) ELSE e.state END = ANY (\(wanted))
                """
        case .replays(let verdicts): return among("e.replay", verdicts.map(\.code))
        case .attempts(let ranges): return within("d.attempts", ranges)
        case .status(let ranges): return within("d.last_status", ranges)
        case .took(let ranges): return within("d.last_ms", ranges)
        case .error(let parts):
            return any(parts.sorted()) { part, terms in
                "position(\(terms.mark(part.asciiLowercased)) IN lower(d.last_error)) > 0"
            }
        case .since(let moment): return "e.received >= \(mark(moment.milliseconds))"
        case .until(let moment): return "e.received < \(mark(moment.milliseconds))"
        // Decided beside the database; no part with one comes here.
        case .name, .words: return "true"
        }
    }

    private mutating func among(_ column: String, _ numbers: [Int64]) -> String {
        "\(column) = ANY (\(mark(Column(numbers.sorted()))))"
    }

    private mutating func among(_ column: String, _ texts: Set<String>) -> String {
        "\(column) = ANY (\(mark(Column(texts.sorted()))))"
    }

    private mutating func within(_ column: String, _ ranges: Set<NumberRange>) -> String {
        any(ranges.sorted { ($0.lower ?? .min, $0.upper ?? .max) < ($1.lower ?? .min, $1.upper ?? .max) }) {
            range,
            terms in
            "\(column) BETWEEN \(terms.mark(range.lower ?? .min)) AND \(terms.mark(range.upper ?? .max))"
        }
    }

    private mutating func any<Value>(_ list: [Value], _ one: (Value, inout EventTermSQL) -> String) -> String {
        if list.isEmpty { return "false" }
        return "(" + list.map { one($0, &self) }.joined(separator: " OR ") + ")"
    }
}
#endif
