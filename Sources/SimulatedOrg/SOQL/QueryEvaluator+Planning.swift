import Primitives

extension QueryEvaluator {
    /// The span of stamps that a condition can hold for; empty when the lower bound lies above the upper.
    struct Bounds: Equatable {
        var lower: Stamp
        var upper: Stamp

        var isEmpty: Bool { lower > upper }
        var closed: ClosedRange<Stamp> { lower...max(lower, upper) }
    }

    static let unbounded = Bounds(lower: .min, upper: .max)

    func stampBounds(_ condition: BoundQuery.Condition) -> Bounds {
        switch condition {
        case .and(let parts):
            return parts.reduce(into: Self.unbounded) { result, part in
                let bounds = stampBounds(part)
                result.lower = max(result.lower, bounds.lower)
                result.upper = min(result.upper, bounds.upper)
            }
        case .or(let parts):
            var result = Bounds(lower: .max, upper: .min)
            for bounds in parts.map({ stampBounds($0) }) where !bounds.isEmpty {
                result.lower = min(result.lower, bounds.lower)
                result.upper = max(result.upper, bounds.upper)
            }
            return result
        case .compare(let path, let comparison, .span(let span))
        where path.steps.isEmpty && path.field.source == .stamp:
            let (lower, upper) = (Stamp(span.lowerBound), Stamp(span.upperBound))
            switch comparison {
            case .equal: return Bounds(lower: lower, upper: upper)
            case .less: return Bounds(lower: .min, upper: lower - 1)
            case .lessOrEqual: return Bounds(lower: .min, upper: upper)
            case .greater: return Bounds(lower: upper + 1, upper: .max)
            case .greaterOrEqual: return Bounds(lower: lower, upper: .max)
            case .notEqual, .like: return Self.unbounded
            }
        case .not, .compare, .oneOf: return Self.unbounded
        }
    }

    /// The rows that a condition names by id, ascending, or nil when it doesn't.
    func pointLookup(_ condition: BoundQuery.Condition, table: Table) -> [Int]? {
        let operands: [BoundQuery.Operand]
        switch condition {
        case .and(let parts):
            return parts.lazy.compactMap { pointLookup($0, table: table) }.first
        case .compare(let path, .equal, let operand) where path.steps.isEmpty && path.field.source == .id:
            operands = [operand]
        case .oneOf(let path, let list, negated: false) where path.steps.isEmpty && path.field.source == .id:
            operands = list
        default: return nil
        }
        let numbers = operands.compactMap { operand -> Int? in
            guard case .id(let id) = operand else { return nil }
            return table.row(id: id)?.number
        }
        return Set(numbers).sorted()
    }

    func sorted(_ numbers: [Int], by order: [BoundQuery.Order], in table: Table) -> [Int] {
        guard !order.isEmpty else { return numbers }
        let keyed = numbers.compactMap { number in
            table.row(number: number).map { row in (number: number, keys: order.map { sortKey($0, row) }) }
        }
        let sorted = keyed.sorted { left, right in
            for (index, entry) in order.enumerated() {
                switch compare(left.keys[index], right.keys[index], entry) {
                case ..<0: return true
                case 1...: return false
                default: continue
                }
            }
            return left.number < right.number
        }
        return sorted.map(\.number)
    }

    private func sortKey(_ order: BoundQuery.Order, _ row: RecordRow) -> Value {
        let value = value(order.path, of: row)
        if case .text(let text) = value, order.path.field.type.isText { return .text(text.lowercased()) }
        return value
    }

    /// Negative when the left one comes first, 0 when they tie.
    private func compare(_ left: Value, _ right: Value, _ order: BoundQuery.Order) -> Int {
        switch (left == .null, right == .null) {
        case (true, true): return 0
        case (true, false): return order.nullsFirst ? -1 : 1
        case (false, true): return order.nullsFirst ? 1 : -1
        case (false, false): break
        }
        let ascending: Int
        switch (left, right) {
        case (.text(let left), .text(let right)): ascending = left == right ? 0 : left < right ? -1 : 1
        case (.bool(let left), .bool(let right)): ascending = left == right ? 0 : left ? 1 : -1
        default:
            let (left, right) = (Self.number(left) ?? 0, Self.number(right) ?? 0)
            ascending = left == right ? 0 : left < right ? -1 : 1
        }
        return order.isDescending ? -ascending : ascending
    }
}
