extension OrgState {
    /// Answers `/composite/sobjects`: many rows in one call.
    mutating func respondToCollections(_ call: DataCall) throws(ServiceError) -> SimulatedResponse {
        if call.segments.count == 3 {
            try allow(call, "GET", "POST")
            return try retrieve(try table(call.segments[2]), call)
        }
        guard call.segments.count == 2 else { throw .notFound }
        try allow(call, "POST", "PATCH", "DELETE")
        let results = call.method == "DELETE" ? try deleteAll(call) : try saveAll(call)
        return .json(200, .array(results))
    }

    /// The rows of these ids in request order, null where there is none.
    private func retrieve(_ table: Int, _ call: DataCall) throws(ServiceError) -> SimulatedResponse {
        let ids: [String]
        let fields: String?
        if call.method == "POST" {
            let body = try call.json()
            ids = (body["ids"]?.elements ?? []).compactMap(\.text)
            fields = body["fields"]?.elements.map { $0.compactMap(\.text).joined(separator: ",") }
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
            if let row = tables[table].row(id: id), !row.isDeleted, !configuration.hiddenRecords.contains(row.id) {
                output.append(contentsOf: try rendered(row, table, fields: fields, call.version))
            } else {
                output.append(contentsOf: "null".utf8)
            }
        }
        output.append(UInt8(ascii: "]"))
        return .bytes(200, output)
    }

    private mutating func saveAll(_ call: DataCall) throws(ServiceError) -> [JSON] {
        let body = try call.json()
        let records = body["records"]?.elements ?? []
        try Self.checkCount(records.count)
        var writes: [Write] = []
        var results: [JSON] = []
        for record in records {
            do {
                let write = try saveWrite(record, call)
                writes.append(write)
                results.append(Self.saved(write.after.id))
            } catch {
                results.append(["success": false, "errors": [error.saveResultJSON]])
            }
        }
        return try finish(writes, results, isAllOrNone: body["allOrNone"]?.flag ?? false)
    }

    private mutating func saveWrite(_ record: JSON, _ call: DataCall) throws(ServiceError) -> Write {
        guard let name = record["attributes"]?["type"]?.text, let members = record.members else {
            throw ServiceError(400, "INVALID_TYPE", "attributes.type is required")
        }
        let table = try businessTable(name)
        let isID: (JSON.Member) -> Bool = { $0.name.lowercased() == "id" }
        let fields = members.filter { !isID($0) }
        if call.method == "POST" {
            let row = try newRow(table, fields, by: call.user, dates: AuditDates())
            return Write(table: table, operation: .insert, before: nil, after: row)
        }
        guard let id = members.first(where: isID)?.value.text else {
            throw ServiceError(400, "MISSING_ARGUMENT", "Id not specified in an update call")
        }
        return try updateWrite(table, id: id, fields, by: call.user, dates: AuditDates(), in: nil)
    }

    private mutating func deleteAll(_ call: DataCall) throws(ServiceError) -> [JSON] {
        let ids = (call.target["ids"] ?? "").split(separator: ",").map { String($0) }
        try Self.checkCount(ids.count)
        let isAllOrNone = call.target["allOrNone"] == "true"
        let before = isAllOrNone ? (tables: tables, history: history, deliveries: callouts) : nil
        var results: [JSON] = []
        var failed = false
        for id in ids {
            do {
                guard let table = tables.firstIndex(where: { id.hasPrefix($0.type.keyPrefix) }) else {
                    throw ServiceError.notFound
                }
                try delete(try businessTable(tables[table].type.name), id: id, by: call.user, in: nil)
                results.append(Self.saved(id))
            } catch let error as ServiceError {
                failed = true
                results.append(["id": .string(id), "success": false, "errors": [error.saveResultJSON]])
            } catch {
                failed = true
            }
        }
        if failed, let before {
            (tables, history, callouts) = (before.tables, before.history, before.deliveries)
            return Self.rolledBack(results)
        }
        return results
    }

    private mutating func finish(_ writes: [Write], _ results: [JSON], isAllOrNone: Bool) throws(ServiceError) -> [JSON]
    {
        if isAllOrNone, writes.count < results.count { return Self.rolledBack(results) }
        // One DML statement: the rows' triggers see them together.
        try perform(writes, in: nil)
        return results
    }

    private static func rolledBack(_ results: [JSON]) -> [JSON] {
        let message = "Record rolled back because not all records were valid and the request was using AllOrNone header"
        return results.map { result in
            guard result["success"]?.flag == true else { return result }
            return [
                "success": false,
                "errors": [ServiceError(400, "ALL_OR_NONE_OPERATION_ROLLED_BACK", message).saveResultJSON],
            ]
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
