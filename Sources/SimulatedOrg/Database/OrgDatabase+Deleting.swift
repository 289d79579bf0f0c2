extension OrgDatabase {
    /// Moves a row to the recycle bin, and with it the rows that hang on it.
    func delete(_ table: Int, id: String, by user: String, in transaction: Int?) throws(ServiceError) {
        let before = try visibleRow(table, id: id, in: transaction)
        guard !before.isDeleted else { throw .deleted }
        var writes = [deletion(table, before, by: user)]
        for (childTable, child) in children(of: before, table: table, in: transaction) {
            var write = deletion(childTable, child, by: user, with: before.id)
            write.firesTriggers = false
            writes.append(write)
        }
        try perform(writes, in: transaction)
    }

    /// Takes a row out of the recycle bin, and with it the rows that its deletion had taken along.
    func undelete(_ table: Int, id: String, by user: String, in transaction: Int?) throws(ServiceError) {
        let before = try visibleRow(table, id: id, in: transaction)
        guard before.isDeleted else {
            throw ServiceError(400, "UNDELETE_FAILED", "Entity is not in the recycle bin")
        }
        var writes = [undeletion(table, before, by: user)]
        let parent = tables[table].type.name
        for (childTable, candidate) in tables.enumerated()
        where candidate.type.cascadeField.flatMap({ candidate.type.field($0) })?.referenceTo.contains(parent) == true {
            for row in candidate.rows {
                guard let row, row.isDeleted, row.deletedWith == before.id else { continue }
                var write = undeletion(childTable, row, by: user)
                // Only the row that was named fires its trigger.
                write.firesTriggers = false
                writes.append(write)
            }
        }
        try perform(writes, in: transaction)
    }

    /// Removes a row for good; the deletion log still knows of it.
    func hardDelete(_ table: Int, id: String, in transaction: Int?) throws(ServiceError) {
        let before = try visibleRow(table, id: id, in: transaction)
        var after = before
        after.stamp = now
        after.isDeleted = true
        var write = Write(table: table, operation: .purge, before: before, after: after)
        write.firesTriggers = !before.isDeleted
        try perform([write], in: transaction)
    }

    /// Stamps rows as a platform process does: only SystemModstamp moves.
    func touch(_ table: Int, ids: [String]?, in transaction: Int?) throws(ServiceError) {
        var rows: [RecordRow] = []
        if let ids {
            for id in ids { rows.append(try visibleRow(table, id: id, in: transaction)) }
        } else {
            rows = tables[table].rows.compactMap { $0 }.filter { row in
                !row.isDeleted && !isLocked(table: table, number: row.number)
            }
        }
        let writes = rows.map { before in
            var after = before
            after.stamp = now
            return Write(table: table, operation: .touch, before: before, after: after, firesTriggers: false)
        }
        try perform(writes, in: transaction)
    }

    /// Merges losers into a master: they are deleted and point to it, their children move over to it.
    func merge(
        _ table: Int,
        master: String,
        losers: [String],
        by user: String,
        in transaction: Int?
    ) throws(ServiceError) {
        guard tables[table].type.isMergeable, (1...2).contains(losers.count), !losers.contains(master) else {
            throw ServiceError(400, "INVALID_OPERATION", "A merge takes a master and one or two other records")
        }
        let winner = try visibleRow(table, id: master, in: transaction)
        guard !winner.isDeleted else { throw .deleted }
        var writes: [Write] = []
        for loser in losers {
            let before = try visibleRow(table, id: loser, in: transaction)
            guard !before.isDeleted else { throw .deleted }
            var write = deletion(table, before, by: user)
            var after = write.after
            after.masterID = winner.id
            write = Write(table: table, operation: .delete, before: before, after: after)
            writes.append(write)
            writes.append(contentsOf: reparenting(from: before.id, to: winner.id, of: table, by: user, in: transaction))
        }
        var after = winner
        stampChange(&after, table: table, by: user)
        writes.append(Write(table: table, operation: .update, before: winner, after: after))
        try perform(writes, in: transaction)
    }

    private func deletion(_ table: Int, _ before: RecordRow, by user: String, with parent: String? = nil) -> Write {
        var after = before
        stampChange(&after, table: table, by: user)
        after.isDeleted = true
        after.deletedWith = parent
        return Write(table: table, operation: .delete, before: before, after: after)
    }

    private func undeletion(_ table: Int, _ before: RecordRow, by user: String) -> Write {
        var after = before
        stampChange(&after, table: table, by: user)
        (after.isDeleted, after.deletedWith, after.masterID) = (false, nil, nil)
        return Write(table: table, operation: .undelete, before: before, after: after)
    }

    /// The live rows that a parent's deletion takes along.
    private func children(of parent: RecordRow, table: Int, in transaction: Int?) -> [(Int, RecordRow)] {
        references(to: parent.id, of: table, in: transaction) { type, field in type.cascadeField == field.name }
            .map { ($0.table, $0.row) }
    }

    private func reparenting(
        from loser: String,
        to winner: String,
        of table: Int,
        by user: String,
        in transaction: Int?
    ) -> [Write] {
        references(to: loser, of: table, in: transaction) { _, _ in true }.map { reference in
            var after = reference.row
            after.values[reference.column] = .text(winner)
            stampChange(&after, table: reference.table, by: user)
            return Write(
                table: reference.table,
                operation: .update,
                before: reference.row,
                after: after,
                firesTriggers: false
            )
        }
    }

    private func references(
        to id: String,
        of table: Int,
        in transaction: Int?,
        where isWanted: (ObjectType, Field) -> Bool
    ) -> [(table: Int, column: Int, row: RecordRow)] {
        let target = tables[table].type.name
        var found: [(table: Int, column: Int, row: RecordRow)] = []
        for (childTable, candidate) in tables.enumerated() {
            for field in candidate.type.fields
            where field.referenceTo.contains(target) && isWanted(candidate.type, field) {
                guard case .column(let column) = field.source else { continue }
                for row in candidate.rows {
                    guard let row, !row.isDeleted, row.values[column] == .text(id) else { continue }
                    // A row that another transaction holds stays behind.
                    guard let row = try? visibleRow(childTable, id: row.id, in: transaction) else { continue }
                    found.append((childTable, column, row))
                }
            }
        }
        return found
    }
}
