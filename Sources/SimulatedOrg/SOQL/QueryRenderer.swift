import Primitives

/// Writes result rows as the REST API does.
struct QueryRenderer {
    let evaluator: QueryEvaluator
    let version: String

    /// Appends one row with its `attributes`.
    func write(_ row: RecordRow, type: ObjectType, columns: [BoundQuery.Column], to output: inout [UInt8]) {
        output.append(contentsOf: "{\"attributes\":{\"type\":\"".utf8)
        output.append(contentsOf: type.name.utf8)
        output.append(contentsOf: "\",\"url\":\"/services/data/".utf8)
        output.append(contentsOf: version.utf8)
        output.append(contentsOf: "/sobjects/".utf8)
        output.append(contentsOf: type.name.utf8)
        output.append(UInt8(ascii: "/"))
        output.append(contentsOf: row.id.utf8)
        output.append(contentsOf: "\"}".utf8)
        for column in columns {
            output.append(contentsOf: ",\"".utf8)
            switch column {
            case .field(let field):
                output.append(contentsOf: field.name.utf8)
                output.append(contentsOf: "\":".utf8)
                row.value(of: field, now: evaluator.now).write(to: &output)
            case .parent(let name, let step, let columns):
                output.append(contentsOf: name.utf8)
                output.append(contentsOf: "\":".utf8)
                let table = evaluator.tables[step.table]
                if case .text(let id) = row.value(of: step.reference, now: evaluator.now),
                    let parent = table.row(id: id)
                {
                    write(parent, type: table.type, columns: columns, to: &output)
                } else {
                    output.append(contentsOf: "null".utf8)
                }
            }
        }
        output.append(UInt8(ascii: "}"))
    }

    /// The single row of a query that only aggregates.
    func aggregateRow(_ aggregates: [BoundQuery.Aggregate], over rows: [RecordRow]) -> JSON {
        var members = [JSON.Member("attributes", ["type": "AggregateResult"])]
        for aggregate in aggregates {
            members.append(JSON.Member(aggregate.alias, result(aggregate, over: rows)))
        }
        return .object(members)
    }

    private func result(_ aggregate: BoundQuery.Aggregate, over rows: [RecordRow]) -> JSON {
        guard let path = aggregate.path else { return .integer(rows.count) }
        let values = rows.map { evaluator.value(path, of: $0) }.filter { $0 != .null }
        let numbers = values.compactMap { QueryEvaluator.number($0) }
        switch aggregate.function {
        case "COUNT": return .integer(values.count)
        case "COUNT_DISTINCT": return .integer(Set(values.map { String(describing: $0) }).count)
        case "SUM": return Value.number(numbers.reduce(0, +)).json
        case "AVG": return numbers.isEmpty ? .null : Value.number(numbers.reduce(0, +) / Double(numbers.count)).json
        default:
            let isMaximum = aggregate.function == "MAX"
            let best = values.enumerated().max { left, right in
                let isLess: Bool
                switch (left.element, right.element) {
                case (.text(let left), .text(let right)): isLess = left.lowercased() < right.lowercased()
                case (let left, let right):
                    isLess = (QueryEvaluator.number(left) ?? 0) < (QueryEvaluator.number(right) ?? 0)
                }
                return isMaximum ? isLess : !isLess
            }
            return best?.element.json ?? .null
        }
    }
}
