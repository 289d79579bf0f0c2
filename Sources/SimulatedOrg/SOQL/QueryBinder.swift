/// Looks up the names of a query and checks its literals against the fields' types.
struct QueryBinder {
    let text: String
    let types: [ObjectType]
    let now: Stamp
    private let query: SOQLQuery
    private let table: Int

    static func bind(_ text: String, now: Stamp) throws(ServiceError) -> BoundQuery {
        let query = try SOQLParser.parse(text)
        guard let table = StandardObjects.index(of: query.object.text) else {
            throw SOQLError.noType(query.object.text, at: query.object.offset, in: text)
        }
        let binder = QueryBinder(text: text, types: StandardObjects.all, now: now, query: query, table: table)
        return try binder.bound()
    }

    private func bound() throws(ServiceError) -> BoundQuery {
        var order: [BoundQuery.Order] = []
        let selection = try selection()
        let condition = if let condition = query.condition { try bind(condition) } else { BoundQuery.Condition?.none }
        for entry in query.order {
            let path = try path(entry.field)
            guard path.field.isFilterable else {
                throw SOQLError.field(
                    "field '\(path.field.name)' can not be sorted in a query call",
                    at: entry.field.offset,
                    in: text
                )
            }
            order.append(
                BoundQuery.Order(path: path, isDescending: entry.isDescending, nullsFirst: entry.nullsFirst)
            )
        }
        return BoundQuery(
            table: table,
            selection: selection,
            condition: condition,
            order: order,
            limit: query.limit,
            offset: query.offset
        )
    }

    private func selection() throws(ServiceError) -> BoundQuery.Selection {
        if case .aggregate(let function, nil, _) = query.items[0], function.text.uppercased() == "COUNT",
            query.items.count == 1
        {
            return .count
        }
        var paths: [(names: [String], path: BoundQuery.Path)] = []
        var aggregates: [BoundQuery.Aggregate] = []
        for item in query.items {
            switch item {
            case .field(let name):
                paths.append((try relationships(name), try path(name)))
            case .fields(let scope):
                for field in try fields(scope) { paths.append(([], BoundQuery.Path(steps: [], field: field))) }
            case .aggregate(let function, let field, let alias):
                aggregates.append(try aggregate(function, field, alias, position: aggregates.count))
            }
        }
        guard aggregates.isEmpty || paths.isEmpty else {
            throw SOQLError.malformed(
                "Field must be grouped or aggregated: \(paths[0].path.field.name)",
                at: query.object.offset,
                in: text
            )
        }
        if !aggregates.isEmpty { return .aggregates(aggregates) }
        var seen: Set<String> = []
        for (names, path) in paths
        where !seen.insert((names + [path.field.name]).joined(separator: ".").lowercased()).inserted {
            throw ServiceError(400, "INVALID_FIELD", "duplicate field selected: \(path.field.name)")
        }
        return .rows(columns(paths))
    }

    private func aggregate(
        _ function: SOQLQuery.Name,
        _ field: SOQLQuery.Name?,
        _ alias: String?,
        position: Int
    ) throws(ServiceError) -> BoundQuery.Aggregate {
        let name = function.text.uppercased()
        guard ["COUNT", "COUNT_DISTINCT", "MIN", "MAX", "SUM", "AVG"].contains(name), let field else {
            throw SOQLError.unexpected("(", at: function.offset + function.text.utf8.count, in: text)
        }
        let path = try path(field)
        guard !["SUM", "AVG"].contains(name) || path.field.type.isNumber else {
            throw SOQLError.malformed(
                "field \(path.field.name) does not support aggregate operator \(name)",
                at: field.offset,
                in: text
            )
        }
        return BoundQuery.Aggregate(function: name, path: path, alias: alias ?? "expr\(position)")
    }

    private func fields(_ scope: SOQLQuery.Name) throws(ServiceError) -> [Field] {
        let all = types[table].fields
        let wanted = scope.text.uppercased()
        if wanted == "STANDARD" { return all.filter { !$0.isCustom } }
        guard wanted == "ALL" || wanted == "CUSTOM" else {
            throw SOQLError.unexpected(scope.text, at: scope.offset, in: text)
        }
        guard let limit = query.limit, limit <= 200 else {
            throw ServiceError(400, "MALFORMED_QUERY", "The SOQL FIELDS function must have a LIMIT of at most 200")
        }
        return wanted == "ALL" ? all : all.filter(\.isCustom)
    }

    /// Gathers the paths through one parent into one nested column, at the place of the first.
    private func columns(_ paths: [(names: [String], path: BoundQuery.Path)]) -> [BoundQuery.Column] {
        var columns: [BoundQuery.Column] = []
        var done: Set<String> = []
        for (names, path) in paths {
            guard let step = path.steps.first, let name = names.first else {
                columns.append(.field(path.field))
                continue
            }
            guard done.insert(name.lowercased()).inserted else { continue }
            let inner = paths.filter { $0.names.first?.lowercased() == name.lowercased() }.map { entry in
                (
                    names: Array(entry.names.dropFirst()),
                    path: BoundQuery.Path(steps: Array(entry.path.steps.dropFirst()), field: entry.path.field)
                )
            }
            let spelling = step.reference.relationshipName ?? name
            columns.append(.parent(name: spelling, step: step, columns: self.columns(inner)))
        }
        return columns
    }

    private func relationships(_ name: SOQLQuery.Name) throws(ServiceError) -> [String] {
        Array(parts(name).dropLast())
    }

    /// The parts of a dotted name, without the object's own name in front.
    private func parts(_ name: SOQLQuery.Name) -> [String] {
        var parts = name.text.split(separator: ".", omittingEmptySubsequences: false).map { String($0) }
        if parts.count > 1, parts[0].lowercased() == types[table].name.lowercased(),
            types[table].reference(parts[0]) == nil
        {
            parts.removeFirst()
        }
        return parts
    }

    func path(_ name: SOQLQuery.Name) throws(ServiceError) -> BoundQuery.Path {
        var type = types[table]
        var steps: [BoundQuery.Path.Step] = []
        let parts = parts(name)
        for relationship in parts.dropLast() {
            guard let reference = type.reference(relationship), let target = reference.referenceTo.first,
                let table = StandardObjects.index(of: target), steps.count < 5
            else { throw SOQLError.noRelationship(relationship, in: name.text, at: name.offset, query: text) }
            steps.append(BoundQuery.Path.Step(reference: reference, table: table))
            type = types[table]
        }
        guard let last = parts.last, let field = type.field(last) else {
            throw SOQLError.noColumn(parts.last ?? name.text, on: type.name, at: name.offset, in: text)
        }
        return BoundQuery.Path(steps: steps, field: field)
    }
}
