import Primitives

/// Answers `/composite/sobjects…`: many records in one call.
struct CollectionsResource {
    let settings: OrgSettings
    let database: OrgDatabase
    let renderer: RecordRenderer

    func respond(to call: DataCall) throws(ServiceError) -> SimulatedResponse {
        if call.segments.count == 3 {
            try call.allow("GET", "POST")
            return try retrieve(try database.table(call.segments[2]), call)
        }
        guard call.segments.count == 2 else { throw .notFound }
        try call.allow("POST", "PATCH", "DELETE")
        let results = call.method == "DELETE" ? try deleteAll(call) : try saveAll(call)
        return .json(200, .array(results))
    }

    /// The rows of these ids in request order, null where there is none.
    private func retrieve(_ table: Int, _ call: DataCall) throws(ServiceError) -> SimulatedResponse {
        let ids: [String]
        let fields: String?
        if call.method == "POST" {
            let body = try call.json()
            ids = (body["ids"]?.array ?? []).compactMap(\.string)
            fields = body["fields"]?.array.map { $0.compactMap(\.string).joined(separator: ",") }
        } else {
            ids = (call.target["ids"] ?? "").split(separator: ",").map { String($0) }
            fields = call.target["fields"]
        }
        guard !ids.isEmpty, let fields, !fields.isEmpty else {
            throw ServiceError(400, "MISSING_ARGUMENT", "The ids and fields parameters are required")
        }
        guard ids.count <= 2_000 else {
            throw ServiceError(
                400,
                "EXCEEDED_ID_LIMIT",
                "record limit reached. cannot submit more than 2000 records into this call"
            )
        }
        var output = Array("[".utf8)
        for (index, id) in ids.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            if let row = database.tables[table].row(id: id), !row.isDeleted,
                !settings.configuration.hiddenRecords.contains(row.id)
            {
                output.append(contentsOf: try renderer.bytes(row, table, fields: fields, version: call.version))
            } else {
                output.append(contentsOf: "null".utf8)
            }
        }
        output.append(UInt8(ascii: "]"))
        return .bytes(200, output)
    }

    private func saveAll(_ call: DataCall) throws(ServiceError) -> [JSON] {
        let body = try call.json()
        let records = body["records"]?.array ?? []
        try Self.checkCount(records.count)
        var writes: [Write] = []
        var results: [JSON] = []
        for record in records {
            do {
                let write = try saveWrite(record, call)
                writes.append(write)
                results.append(SaveResult.success(write.after.id))
            } catch {
                results.append(SaveResult.failure(error))
            }
        }
        return try finish(writes, results, isAllOrNone: body["allOrNone"]?.bool ?? false)
    }

    private func saveWrite(_ record: JSON, _ call: DataCall) throws(ServiceError) -> Write {
        guard let name = record["attributes"]?["type"]?.string, let members = record.members else {
            throw ServiceError(400, "INVALID_TYPE", "attributes.type is required")
        }
        let table = try database.businessTable(name)
        let isID: (JSON.Member) -> Bool = { $0.name.lowercased() == "id" }
        let fields = members.filter { !isID($0) }
        if call.method == "POST" {
            let row = try database.newRow(table, fields, by: call.user, dates: AuditDates())
            return Write(table: table, operation: .insert, before: nil, after: row)
        }
        guard let id = members.first(where: isID)?.value.string else {
            throw ServiceError(400, "MISSING_ARGUMENT", "Id not specified in an update call")
        }
        return try database.updateWrite(table, id: id, fields, by: call.user, dates: AuditDates(), in: nil)
    }

    private func deleteAll(_ call: DataCall) throws(ServiceError) -> [JSON] {
        let ids = (call.target["ids"] ?? "").split(separator: ",").map { String($0) }
        try Self.checkCount(ids.count)
        let isAllOrNone = call.target["allOrNone"] == "true"
        let before = isAllOrNone ? database.snapshot() : nil
        var results: [JSON] = []
        var hasFailed = false
        for id in ids {
            do throws(ServiceError) {
                try delete(id, by: call.user)
                results.append(SaveResult.success(id))
            } catch {
                hasFailed = true
                results.append(SaveResult.failure(error, id: id))
            }
        }
        guard hasFailed, let before else { return results }
        database.restore(before)
        return Self.rolledBack(results)
    }

    private func delete(_ id: String, by user: String) throws(ServiceError) {
        guard let type = database.tables.first(where: { id.hasPrefix($0.type.keyPrefix) })?.type else {
            throw .notFound
        }
        try database.delete(try database.businessTable(type.name), id: id, by: user, in: nil)
    }

    private func finish(_ writes: [Write], _ results: [JSON], isAllOrNone: Bool) throws(ServiceError) -> [JSON] {
        if isAllOrNone, writes.count < results.count { return Self.rolledBack(results) }
        // One DML statement: the rows' triggers see them together.
        try database.perform(writes, in: nil)
        return results
    }

    private static func rolledBack(_ results: [JSON]) -> [JSON] {
        let message = "Record rolled back because not all records were valid and the request was using AllOrNone header"
        return results.map { result in
            guard result["success"]?.bool == true else { return result }
            return SaveResult.failure(ServiceError(400, "ALL_OR_NONE_OPERATION_ROLLED_BACK", message))
        }
    }

    private static func checkCount(_ count: Int) throws(ServiceError) {
        guard count > 0 else { throw ServiceError(400, "INVALID_BATCH_SIZE", "No records in the request") }
        guard count <= 200 else {
            throw ServiceError(
                400,
                "EXCEEDED_ID_LIMIT",
                "record limit reached. cannot submit more than 200 records into this call"
            )
        }
    }
}
