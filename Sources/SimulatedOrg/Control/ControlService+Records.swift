import Primitives

extension ControlService {
    func performOnRecords(_ request: ControlRequest) throws(ServiceError) -> JSON {
        let name = try request.text("object")
        guard StandardObjects.index(of: name) != nil else { throw .control("There is no object \(name)") }
        let table = try database.businessTable(name)
        let transaction = try request.whole("transaction")
        let user = request.body["user"]?.string ?? database.integrationUser
        switch request.path[0] {
        case "seed":
            let count = try request.whole("count") ?? 1
            guard (0...1_000_000).contains(count) else { throw .control("count must lie between 0 and 1000000") }
            return Self.answer(try services.activity.seed(table, count: count))
        case "create": return Self.answer(try create(request, table, user, transaction))
        case "touch":
            try database.touch(table, ids: request.ids, in: transaction)
            return Self.answer(request.ids ?? [])
        case "purge":
            database.purge(
                table,
                before: try request.stamp("before") ?? database.now + 1,
                includingLog: try request.flag("log") ?? false
            )
            return [:]
        case "merge":
            let losers = (request.body["losers"]?.array ?? []).compactMap(\.string)
            try database.merge(table, master: try request.text("master"), losers: losers, by: user, in: transaction)
            return Self.answer(losers)
        default: break
        }
        guard let ids = request.ids else { throw .control("id or ids is required") }
        for id in ids {
            switch request.path[0] {
            case "change":
                let dates = AuditDates(modified: try request.stamp("lastModifiedDate"))
                let fields = request.body["fields"]?.members ?? []
                try database.update(table, id: id, fields, by: user, dates: dates, in: transaction)
            case "delete": try database.delete(table, id: id, by: user, in: transaction)
            case "undelete": try database.undelete(table, id: id, by: user, in: transaction)
            default: try database.hardDelete(table, id: id, in: transaction)
            }
        }
        return Self.answer(ids)
    }

    private func create(
        _ request: ControlRequest,
        _ table: Int,
        _ user: String,
        _ transaction: Int?
    ) throws(ServiceError) -> [String] {
        let dates = AuditDates(
            created: try request.stamp("createdDate"),
            modified: try request.stamp("lastModifiedDate")
        )
        let records = request.body["records"]?.array ?? [request.body["fields"] ?? [:]]
        var writes: [Write] = []
        for record in records {
            let row = try database.newRow(table, record.members ?? [], by: user, dates: dates)
            writes.append(Write(table: table, operation: .insert, before: nil, after: row))
        }
        try database.perform(writes, in: transaction)
        return writes.map(\.after.id)
    }

    private static func answer(_ ids: [String]) -> JSON {
        ["id": ids.first.map { .string($0) } ?? .null, "ids": .array(ids.map { .string($0) })]
    }
}
