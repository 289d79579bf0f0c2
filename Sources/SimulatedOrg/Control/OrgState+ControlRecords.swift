extension OrgState {
    mutating func performOnRecords(_ order: ControlOrder) throws(ServiceError) -> JSON {
        let name = try order.text("object")
        guard StandardObjects.index(of: name) != nil else { throw Self.wrong("There is no object \(name)") }
        let table = try businessTable(name)
        let transaction = order.body["transaction"]?.integer
        let user = order.body["user"]?.text ?? integrationUser
        switch order.path[0] {
        case "seed":
            let count = order.body["count"]?.integer ?? 1
            guard (0...1_000_000).contains(count) else { throw Self.wrong("count must lie between 0 and 1000000") }
            return Self.answer(try seed(table, count: count))
        case "create": return Self.answer(try create(order, table, user, transaction))
        case "touch":
            try touch(table, ids: order.ids, in: transaction)
            return Self.answer(order.ids ?? [])
        case "purge":
            purge(
                table,
                before: try order.stamp("before") ?? now + 1,
                includingLog: order.body["log"]?.flag ?? false
            )
            return [:]
        case "merge":
            let losers = (order.body["losers"]?.elements ?? []).compactMap(\.text)
            try merge(table, master: try order.text("master"), losers: losers, by: user, in: transaction)
            return Self.answer(losers)
        default: break
        }
        guard let ids = order.ids else { throw Self.wrong("id or ids is required") }
        for id in ids {
            switch order.path[0] {
            case "change":
                let dates = AuditDates(modified: try order.stamp("lastModifiedDate"))
                let fields = order.body["fields"]?.members ?? []
                try update(table, id: id, fields, by: user, dates: dates, in: transaction)
            case "delete": try delete(table, id: id, by: user, in: transaction)
            case "undelete": try undelete(table, id: id, by: user, in: transaction)
            default: try hardDelete(table, id: id, in: transaction)
            }
        }
        return Self.answer(ids)
    }

    private mutating func create(
        _ order: ControlOrder,
        _ table: Int,
        _ user: String,
        _ transaction: Int?
    ) throws(ServiceError) -> [String] {
        let dates = AuditDates(created: try order.stamp("createdDate"), modified: try order.stamp("lastModifiedDate"))
        let records = order.body["records"]?.elements ?? [order.body["fields"] ?? [:]]
        var writes: [Write] = []
        for record in records {
            let row = try newRow(table, record.members ?? [], by: user, dates: dates)
            writes.append(Write(table: table, operation: .insert, before: nil, after: row))
        }
        try perform(writes, in: transaction)
        return writes.map(\.after.id)
    }

    private static func answer(_ ids: [String]) -> JSON {
        ["id": ids.first.map { .string($0) } ?? .null, "ids": .array(ids.map { .string($0) })]
    }
}
