import Primitives

/// Runs a bound query over the committed rows.
struct QueryEvaluator {
    let tables: [Table]
    let now: Stamp
    /// Whether deleted rows count, as in `queryAll`.
    let includesDeleted: Bool

    /// The numbers of the rows that match, ordered, after offset and limit.
    func numbers(_ query: BoundQuery) -> [Int] {
        let table = tables[query.table]
        let isStampOrdered = query.order.first.map { isPlain($0, .stamp) } ?? false
        let isIDOrdered = query.order.isEmpty || (query.order.count == 1 && isPlain(query.order[0], .id))
        let bounds = query.condition.map { stampBounds($0) } ?? Self.unbounded
        var ordered = false
        var candidates: [Int]
        if let numbers = query.condition.flatMap({ pointLookup($0, table: table) }) {
            candidates = numbers
            ordered = query.order.isEmpty
        } else if isStampOrdered || bounds != Self.unbounded {
            candidates = bounds.isEmpty ? [] : table.numbers(stamped: bounds.closed)
            ordered = query.order.isEmpty || (isStampOrdered && query.order.dropFirst().allSatisfy { isPlain($0, .id) })
        } else {
            candidates = Array(table.rows.indices)
            ordered = isIDOrdered
        }
        let wanted = ordered ? query.limit.map { $0 + query.offset } ?? Int.max : Int.max
        var matches: [Int] = []
        for number in candidates {
            if matches.count >= wanted { break }
            guard let row = table.row(number: number), includesDeleted || !row.isDeleted else { continue }
            if let condition = query.condition, !holds(condition, row) { continue }
            matches.append(number)
        }
        if !ordered { matches = sorted(matches, by: query.order, in: table) }
        if query.offset > 0 { matches.removeFirst(min(query.offset, matches.count)) }
        if let limit = query.limit, matches.count > limit { matches.removeLast(matches.count - limit) }
        return matches
    }

    /// The value at the end of a path, null when a parent is missing.
    func value(_ path: BoundQuery.Path, of row: RecordRow) -> Value {
        var row = row
        for step in path.steps {
            guard case .text(let id) = row.value(of: step.reference, now: now),
                let parent = tables[step.table].row(id: id)
            else { return .null }
            row = parent
        }
        return row.value(of: path.field, now: now)
    }

    private func holds(_ condition: BoundQuery.Condition, _ row: RecordRow) -> Bool {
        switch condition {
        case .and(let parts): parts.allSatisfy { holds($0, row) }
        case .or(let parts): parts.contains { holds($0, row) }
        case .not(let inner): !holds(inner, row)
        case .compare(let path, let comparison, let operand): matches(value(path, of: row), comparison, operand)
        case .oneOf(let path, let operands, let negated):
            operands.contains { matches(value(path, of: row), .equal, $0) } != negated
        }
    }

    private func matches(_ value: Value, _ comparison: SOQLQuery.Comparison, _ operand: BoundQuery.Operand) -> Bool {
        if case .null = operand { return (value == .null) == (comparison == .equal) }
        guard value != .null else { return comparison == .notEqual }
        switch (operand, value) {
        case (.bool(let wanted), .bool(let flag)): return (flag == wanted) == (comparison == .equal)
        case (.id(let wanted), .text(let id)): return Self.compares(id, wanted, comparison)
        case (.text(let wanted), .text(let text)): return Self.compares(text.lowercased(), wanted, comparison)
        case (.pattern(let pattern), .text(let text)): return pattern.matches(text.lowercased())
        case (.span(let span), _):
            guard let number = Self.number(value) else { return false }
            switch comparison {
            case .equal: return span.contains(number)
            case .notEqual: return !span.contains(number)
            case .less: return number < span.lowerBound
            case .lessOrEqual: return number <= span.upperBound
            case .greater: return number > span.upperBound
            case .greaterOrEqual: return number >= span.lowerBound
            case .like: return false
            }
        default: return false
        }
    }

    private static func compares(_ left: String, _ right: String, _ comparison: SOQLQuery.Comparison) -> Bool {
        switch comparison {
        case .equal: left == right
        case .notEqual: left != right
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        case .like: false
        }
    }

    static func number(_ value: Value) -> Double? {
        switch value {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        case .instant(let stamp): Double(stamp)
        case .date(let days): Double(days)
        default: nil
        }
    }

    private func isPlain(_ order: BoundQuery.Order, _ source: FieldSource) -> Bool {
        order.path.steps.isEmpty && order.path.field.source == source && !order.isDescending
    }
}
