import Primitives

extension QueryBinder {
    func bind(_ condition: SOQLQuery.Condition) throws(ServiceError) -> BoundQuery.Condition {
        switch condition {
        case .and(let parts): return .and(try bindAll(parts))
        case .or(let parts): return .or(try bindAll(parts))
        case .not(let inner): return .not(try bind(inner))
        case .compare(let name, let comparison, let operand):
            let path = try filterable(name)
            return .compare(path, comparison, try bind(operand, comparison, for: path.field))
        case .oneOf(let name, let operands, let negated):
            let path = try filterable(name)
            var bound: [BoundQuery.Operand] = []
            for operand in operands { bound.append(try bind(operand, .equal, for: path.field)) }
            return .oneOf(path, bound, negated: negated)
        }
    }

    private func bindAll(_ parts: [SOQLQuery.Condition]) throws(ServiceError) -> [BoundQuery.Condition] {
        var bound: [BoundQuery.Condition] = []
        for part in parts { bound.append(try bind(part)) }
        return bound
    }

    private func filterable(_ name: SOQLQuery.Name) throws(ServiceError) -> BoundQuery.Path {
        let path = try path(name)
        guard path.field.isFilterable else {
            throw SOQLError.field(
                "field '\(path.field.name)' can not be filtered in a query call",
                at: name.offset,
                in: text
            )
        }
        return path
    }

    private func bind(
        _ operand: SOQLQuery.Operand,
        _ comparison: SOQLQuery.Comparison,
        for field: Field
    ) throws(ServiceError) -> BoundQuery.Operand {
        if operand.literal == .null {
            guard [.equal, .notEqual].contains(comparison) else {
                throw SOQLError.malformed("unexpected token: 'null'", at: operand.offset, in: text)
            }
            return .null
        }
        if comparison == .like, !field.type.isText {
            throw ServiceError(
                400,
                "INVALID_QUERY_FILTER_OPERATOR",
                "invalid operator on \(field.type.rawValue) field: \(field.name)"
            )
        }
        switch (field.type, operand.literal) {
        case (.id, .string(let id)), (.reference, .string(let id)):
            if id.isEmpty { return .null }
            guard let normalised = RecordID.normalised(id) else {
                throw ServiceError(400, "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: \(id)")
            }
            return .id(normalised)
        case (.boolean, .bool(let flag)): return .bool(flag)
        case (.int, .number(let number)), (.double, .number(let number)), (.percent, .number(let number)),
            (.currency, .number(let number)):
            return .span(number...number)
        case (.datetime, .instant(let stamp)): return .span(Double(stamp)...Double(stamp))
        case (.date, .date(let days)): return .span(Double(days)...Double(days))
        case (.date, .relative(let name, let count)):
            let days = RelativeDate.days(name, count: count, today: StampFormat.split(now).day)
            return .span(Double(days.lowerBound)...Double(days.upperBound))
        case (.datetime, .relative(let name, let count)):
            let days = RelativeDate.days(name, count: count, today: StampFormat.split(now).day)
            return .span(Double(days.lowerBound * 86_400)...Double(days.upperBound * 86_400 + 86_399))
        case (_, .string(let string)) where field.type.isText:
            return comparison == .like ? .pattern(LikePattern(string)) : .text(string.lowercased())
        default: throw mismatch(operand, field)
        }
    }

    private func mismatch(_ operand: SOQLQuery.Operand, _ field: Field) -> ServiceError {
        let type =
            switch field.type {
            case .datetime: "dateTime"
            case .id, .reference: "id"
            case _ where field.type.isText: "string"
            default: field.type.rawValue
            }
        let quotes =
            type == "string" || type == "id" ? "should be enclosed in quotes" : "should not be enclosed in quotes"
        return SOQLError.field(
            "value of filter criterion for field '\(field.name)' must be of type \(type) and \(quotes)",
            at: operand.offset,
            in: text
        )
    }
}
