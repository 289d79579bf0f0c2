import Primitives

extension OrgDatabase {
    func insert(
        _ table: Int,
        _ fields: [JSON.Member],
        by user: String,
        dates: AuditDates = AuditDates(),
        in transaction: Int?
    ) throws(ServiceError) -> String {
        let row = try newRow(table, fields, by: user, dates: dates)
        try perform([Write(table: table, operation: .insert, before: nil, after: row)], in: transaction)
        return row.id
    }

    /// A new row, stamped now and not yet visible.
    func newRow(
        _ table: Int,
        _ fields: [JSON.Member],
        by user: String,
        dates: AuditDates
    ) throws(ServiceError) -> RecordRow {
        let type = tables[table].type
        var values = defaults(type, number: tables[table].rows.count, owner: user)
        try FieldWriter(tables: tables, type: type, isInsert: true).apply(fields, to: &values)
        try checkUnique(table, values, except: nil)
        let number = allocate(table)
        let stamp = now
        return RecordRow(
            number: number,
            id: tables[table].id(of: number),
            created: min(stamp, dates.created ?? stamp),
            createdBy: user,
            modified: min(stamp, dates.modified ?? stamp),
            modifiedBy: user,
            stamp: stamp,
            values: values
        )
    }

    func update(
        _ table: Int,
        id: String,
        _ fields: [JSON.Member],
        by user: String,
        dates: AuditDates = AuditDates(),
        in transaction: Int?
    ) throws(ServiceError) {
        let write = try updateWrite(table, id: id, fields, by: user, dates: dates, in: transaction)
        try perform([write], in: transaction)
    }

    func updateWrite(
        _ table: Int,
        id: String,
        _ fields: [JSON.Member],
        by user: String,
        dates: AuditDates,
        in transaction: Int?
    ) throws(ServiceError) -> Write {
        let before = try visibleRow(table, id: id, in: transaction)
        guard !before.isDeleted else { throw .deleted }
        var after = before
        try FieldWriter(tables: tables, type: tables[table].type, isInsert: false).apply(fields, to: &after.values)
        try checkUnique(table, after.values, except: before.number)
        stampChange(&after, table: table, by: user)
        if let modified = dates.modified { after.modified = min(modified, after.stamp) }
        return Write(table: table, operation: .update, before: before, after: after)
    }

    func stampChange(_ row: inout RecordRow, table: Int, by user: String) {
        row.modified = now
        row.modifiedBy = user
        row.stamp = now
        // A closed case remembers when it was closed.
        let type = tables[table].type
        if let status = type.column("Status"), let closed = type.column("ClosedDate") {
            let isClosed = row.values[status] == .text("Closed")
            if !isClosed {
                row.values[closed] = .null
            } else if row.values[closed] == .null {
                row.values[closed] = .instant(now)
            }
        }
    }

    private func defaults(_ type: ObjectType, number: Int, owner: String) -> [Value] {
        var values = [Value](repeating: .null, count: type.columnCount)
        for field in type.fields where field.isDefaultedOnCreate {
            guard case .column(let column) = field.source else { continue }
            switch (type.name, field.name) {
            case (_, "OwnerId"): values[column] = .text(owner)
            case ("Case", "CaseNumber"): values[column] = .text(String(String(number + 100_001_001).dropFirst()))
            case ("Invoice__c", "Name"): values[column] = .text("INV-" + String(String(number + 100_001).dropFirst()))
            case (_, _) where field.type == .boolean: values[column] = .bool(false)
            default: values[column] = field.picklist.first.map { .text($0) } ?? .null
            }
        }
        return values
    }

    /// External ids are unique among the rows that aren't deleted.
    private func checkUnique(_ table: Int, _ values: [Value], except number: Int?) throws(ServiceError) {
        let type = tables[table].type
        for field in type.fields where field.isExternalID {
            guard case .column(let column) = field.source, case .text(let text) = values[column],
                let other = matches(table, column, text).first(where: { $0.number != number })
            else { continue }
            throw ServiceError(
                400,
                "DUPLICATE_VALUE",
                "duplicate value found: \(field.name) duplicates value on record with id: \(other.id)",
                fields: []
            )
        }
    }

    /// The live rows with this text in a column, whatever its case.
    func matches(_ table: Int, _ column: Int, _ text: String) -> [RecordRow] {
        let wanted = text.lowercased()
        return tables[table].rows.compactMap { row in
            guard let row, !row.isDeleted, case .text(let value) = row.values[column], value.lowercased() == wanted
            else { return nil }
            return row
        }
    }
}
