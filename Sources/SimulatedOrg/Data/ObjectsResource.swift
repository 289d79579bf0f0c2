import Primitives

/// Answers `/sobjects…`: descriptions, and one record at a time.
struct ObjectsResource {
    let database: OrgDatabase
    let descriptions: DescribeResource
    let renderer: RecordRenderer

    func respond(to call: DataCall) throws(ServiceError) -> SimulatedResponse {
        let segments = call.segments
        guard segments.count > 1 else {
            try call.allow("GET")
            return descriptions.global(call.version)
        }
        let table = try database.table(segments[1])
        guard segments.count > 2 else {
            try call.allow("GET", "POST")
            return call.method == "POST" ? try create(table, call) : descriptions.summary(table, call.version)
        }
        switch (segments.count, segments[2]) {
        case (3, "describe"):
            try call.allow("GET")
            return descriptions.describe(table, call)
        case (3, let id): return try row(table, id: id, call)
        case (4, let field): return try external(table, field: field, value: segments[3], call)
        default: throw .notFound
        }
    }

    private func create(_ table: Int, _ call: DataCall) throws(ServiceError) -> SimulatedResponse {
        let name = database.tables[table].type.name
        let id = try database.insert(try database.businessTable(name), try call.members(), by: call.user, in: nil)
        let location = "/services/data/\(call.version)/sobjects/\(name)/\(id)"
        return .json(201, SaveResult.success(id), headers: ["Location": location])
    }

    private func row(_ table: Int, id: String, _ call: DataCall) throws(ServiceError) -> SimulatedResponse {
        try call.allow("GET", "PATCH", "DELETE")
        guard RecordID.normalised(id) != nil else { throw .notFound }
        switch call.method {
        case "PATCH":
            _ = try database.businessTable(database.tables[table].type.name)
            try database.update(table, id: id, try call.members(), by: call.user, in: nil)
            return SimulatedResponse(status: 204)
        case "DELETE":
            _ = try database.businessTable(database.tables[table].type.name)
            try database.delete(table, id: id, by: call.user, in: nil)
            return SimulatedResponse(status: 204)
        default:
            guard let row = database.tables[table].row(id: id) else { throw .notFound }
            guard !row.isDeleted else { throw .deleted }
            return .bytes(
                200,
                try renderer.bytes(row, table, fields: call.target["fields"], version: call.version)
            )
        }
    }

    /// Reads, updates or creates the row with this value in an external id field.
    private func external(
        _ table: Int,
        field name: String,
        value: String,
        _ call: DataCall
    ) throws(ServiceError) -> SimulatedResponse {
        try call.allow("GET", "PATCH", "DELETE")
        let type = database.tables[table].type
        guard let field = type.field(name), field.isExternalID || field.source == .id else {
            throw ServiceError(
                404,
                "NOT_FOUND",
                "Provided external ID field does not exist or is not accessible: \(name)"
            )
        }
        guard case .column(let column) = field.source else { return try row(table, id: value, call) }
        let rows = database.matches(table, column, value)
        guard rows.count < 2 else {
            let urls = rows.map { JSON.string("/services/data/\(call.version)/sobjects/\(type.name)/\($0.id)") }
            return .json(300, .array(urls))
        }
        guard let found = rows.first else {
            guard call.method == "PATCH" else { throw .notFound }
            let fields = try call.members().filter { $0.name.lowercased() != name.lowercased() }
            let member = JSON.Member(field.name, .string(value))
            let id = try database.insert(table, fields + [member], by: call.user, in: nil)
            return .json(201, SaveResult.success(id, created: true))
        }
        let response = try row(table, id: found.id, call)
        return call.method == "PATCH" ? .json(200, SaveResult.success(found.id, created: false)) : response
    }
}
