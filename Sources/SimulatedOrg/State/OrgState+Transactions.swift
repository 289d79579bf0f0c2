extension OrgState {
    /// Begins a transaction whose changes are stamped when made and seen when it commits.
    mutating func openTransaction() -> Int {
        lastTransaction += 1
        transactions[lastTransaction] = OpenTransaction(started: now)
        return lastTransaction
    }

    /// Makes a transaction's changes visible, with the stamps they got inside it.
    mutating func commitTransaction(_ id: Int) throws(ServiceError) {
        guard let transaction = transactions.removeValue(forKey: id) else { throw Self.noTransaction(id) }
        locks = locks.filter { $0.value != id }
        commit(transaction.writes, transaction: id)
    }

    /// Forgets a transaction's changes.
    mutating func rollBackTransaction(_ id: Int) throws(ServiceError) {
        guard transactions.removeValue(forKey: id) != nil else { throw Self.noTransaction(id) }
        locks = locks.filter { $0.value != id }
    }

    /// Adds writes to their transaction, or commits them at once when there is none.
    mutating func perform(_ writes: [Write], in transaction: Int?) throws(ServiceError) {
        guard let transaction else {
            commit(writes, transaction: nil)
            return
        }
        guard transactions[transaction] != nil else { throw Self.noTransaction(transaction) }
        for write in writes { locks[RowKey(table: write.table, number: write.after.number)] = transaction }
        transactions[transaction]?.writes.append(contentsOf: writes)
    }

    /// The row as a transaction sees it: its own pending state, else the committed one.
    func visibleRow(_ table: Int, id: String, in transaction: Int?) throws(ServiceError) -> Row {
        guard let number = RecordID.number(of: id, prefix: tables[table].type.keyPrefix),
            tables[table].contains(number: number)
        else { throw .notFound }
        if let holder = locks[RowKey(table: table, number: number)] {
            guard holder == transaction else {
                // A row that was only ever inserted in there doesn't exist for anybody else.
                guard tables[table].row(number: number) != nil else { throw .notFound }
                throw ServiceError(400, "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record")
            }
            let pending = transactions[holder]?.writes.last { $0.table == table && $0.after.number == number }
            if let pending { return pending.after }
        }
        guard let row = tables[table].row(number: number) else { throw .notFound }
        return row
    }

    private static func noTransaction(_ id: Int) -> ServiceError {
        ServiceError(404, "NOT_FOUND", "There is no open transaction \(id)")
    }

    private mutating func commit(_ writes: [Write], transaction: Int?) {
        for write in writes {
            let table = write.table
            if write.operation == .purge {
                if let before = write.before, !before.isDeleted {
                    tables[table].deletions.append(Table.Deletion(id: before.id, date: write.after.stamp))
                }
                tables[table].purge(number: write.after.number)
            } else {
                tables[table].store(write.after)
            }
            if write.operation == .delete {
                tables[table].deletions.append(Table.Deletion(id: write.after.id, date: write.after.stamp))
            }
            if write.operation == .undelete {
                tables[table].deletions.removeAll { $0.id == write.after.id }
            }
            record(write, transaction: transaction)
        }
        enqueueCallouts(for: writes)
    }

    private mutating func record(_ write: Write, transaction: Int?) {
        guard configuration.keepsHistory else { return }
        lastSequence += 1
        history.append(
            OrgChange(
                sequence: lastSequence,
                object: tables[write.table].type.name,
                id: write.after.id,
                kind: write.operation.kind,
                stamp: write.after.stamp,
                committed: now,
                transaction: transaction,
                firedTriggers: write.firesTriggers
            )
        )
        if history.count > configuration.historyLimit * 5 / 4 {
            history.removeFirst(history.count - configuration.historyLimit)
        }
    }
}
