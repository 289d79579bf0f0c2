extension OrgState {
    /// Answers everything under `/sobjects`.
    mutating func respondToObjects(_ call: DataCall) throws(ServiceError) -> SimulatedResponse {
        let segments = call.segments
        guard segments.count > 1 else {
            try allow(call, "GET")
            return describeGlobal(call.version)
        }
        let table = try table(segments[1])
        guard segments.count > 2 else {
            try allow(call, "GET", "POST")
            return call.method == "POST" ? try create(table, call) : summary(table, call.version)
        }
        switch (segments.count, segments[2]) {
        case (3, "describe"):
            try allow(call, "GET")
            return describe(table, call)
        case (3, "updated"), (3, "deleted"):
            try allow(call, "GET")
            guard isReplicated(tables[table].type) else {
                throw ServiceError(
                    400,
                    "INVALID_TYPE_FOR_OPERATION",
                    "entity type \(tables[table].type.name) is not replicateable"
                )
            }
            return segments[2] == "updated" ? try updated(table, call) : try deleted(table, call)
        case (3, let id): return try row(table, id: id, call)
        case (4, let field): return try external(table, field: field, value: segments[3], call)
        default: throw .notFound
        }
    }

    private mutating func create(_ table: Int, _ call: DataCall) throws(ServiceError) -> SimulatedResponse {
        let table = try businessTable(tables[table].type.name)
        let id = try insert(table, try members(call), by: call.user, in: nil)
        let location = "/services/data/\(call.version)/sobjects/\(tables[table].type.name)/\(id)"
        return .json(201, Self.saved(id), headers: ["Location": location])
    }

    private mutating func row(_ table: Int, id: String, _ call: DataCall) throws(ServiceError) -> SimulatedResponse {
        try allow(call, "GET", "PATCH", "DELETE")
        guard RecordID.normalised(id) != nil else { throw .notFound }
        switch call.method {
        case "PATCH":
            _ = try businessTable(tables[table].type.name)
            try update(table, id: id, try members(call), by: call.user, in: nil)
            return SimulatedResponse(status: 204)
        case "DELETE":
            _ = try businessTable(tables[table].type.name)
            try delete(table, id: id, by: call.user, in: nil)
            return SimulatedResponse(status: 204)
        default:
            guard let row = tables[table].row(id: id) else { throw .notFound }
            guard !row.isDeleted else { throw .deleted }
            return .bytes(200, try rendered(row, table, fields: call.target["fields"], call.version))
        }
    }

    /// Reads, updates or creates the row with this value in an external id field.
    private mutating func external(
        _ table: Int,
        field name: String,
        value: String,
        _ call: DataCall
    ) throws(ServiceError) -> SimulatedResponse {
        try allow(call, "GET", "PATCH", "DELETE")
        let type = tables[table].type
        guard let field = type.field(name), field.isExternalID || field.source == .id else {
            throw ServiceError(
                404,
                "NOT_FOUND",
                "Provided external ID field does not exist or is not accessible: \(name)"
            )
        }
        guard case .column(let column) = field.source else {
            var plain = call
            plain.segments = ["sobjects", type.name, value]
            return try row(table, id: value, plain)
        }
        let rows = matches(table, column, value)
        guard rows.count < 2 else {
            let urls = rows.map { JSON.string("/services/data/\(call.version)/sobjects/\(type.name)/\($0.id)") }
            return .json(300, .array(urls))
        }
        guard let found = rows.first else {
            guard call.method == "PATCH" else { throw .notFound }
            let fields = try members(call).filter { $0.name.lowercased() != name.lowercased() }
            let id = try insert(table, fields + [JSON.Member(field.name, .string(value))], by: call.user, in: nil)
            return .json(201, Self.saved(id, created: true))
        }
        let response = try row(table, id: found.id, call)
        return call.method == "PATCH" ? .json(200, Self.saved(found.id, created: false)) : response
    }

    func rendered(_ row: Row, _ table: Int, fields: String?, _ version: String) throws(ServiceError) -> [UInt8] {
        let type = tables[table].type
        var wanted = type.fields
        if let fields {
            wanted = []
            for name in fields.split(separator: ",") {
                let trimmed = String(name.drop { $0 == " " })
                guard let field = type.field(trimmed),
                    !configuration.hiddenFields.contains("\(type.name).\(field.name)")
                else {
                    throw ServiceError(
                        400,
                        "INVALID_FIELD",
                        "No such column '\(trimmed)' on sobject of type \(type.name)"
                    )
                }
                wanted.append(field)
            }
            if !wanted.contains(where: { $0.source == .id }) { wanted.append(type.fields[0]) }
        }
        var output: [UInt8] = []
        QueryRenderer(evaluator: evaluator(includesDeleted: true), version: version)
            .write(row, type: type, columns: wanted.map { .field($0) }, to: &output)
        return output
    }

    func members(_ call: DataCall) throws(ServiceError) -> [JSON.Member] {
        guard let members = try call.json().members else {
            throw ServiceError(400, "JSON_PARSER_ERROR", "The request body must be a JSON object")
        }
        return members
    }

    static func saved(_ id: String, created: Bool? = nil) -> JSON {
        var members: [JSON.Member] = [.init("id", .string(id)), .init("success", true), .init("errors", [])]
        if let created { members.append(.init("created", .bool(created))) }
        return .object(members)
    }
}
