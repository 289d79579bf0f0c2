/// The transactions that have begun and not ended, with the rows that they hold.
struct OpenTransactions {
    private struct Transaction {
        let started: Stamp
        var writes: [Write] = []
    }

    private struct RowKey: Hashable {
        let table: Int
        let number: Int
    }

    private var transactions: [Int: Transaction] = [:]
    private var holders: [RowKey: Int] = [:]
    private var last = 0

    /// Their numbers, oldest first.
    var ids: [Int] { transactions.keys.sorted() }

    var oldestStart: Stamp? { transactions.values.map(\.started).min() }

    mutating func begin(at stamp: Stamp) -> Int {
        last += 1
        transactions[last] = Transaction(started: stamp)
        return last
    }

    /// Adds writes; their rows belong to the transaction until it ends.
    mutating func append(_ writes: [Write], to id: Int) throws(ServiceError) {
        guard transactions[id] != nil else { throw Self.unknown(id) }
        for write in writes { holders[RowKey(table: write.table, number: write.after.number)] = id }
        transactions[id]?.writes.append(contentsOf: writes)
    }

    /// Ends a transaction and returns what it wrote, in order.
    mutating func end(_ id: Int) throws(ServiceError) -> [Write] {
        guard let transaction = transactions.removeValue(forKey: id) else { throw Self.unknown(id) }
        holders = holders.filter { $0.value != id }
        return transaction.writes
    }

    /// The transaction that holds a row.
    func holder(table: Int, number: Int) -> Int? { holders[RowKey(table: table, number: number)] }

    /// The last state that a transaction gave a row.
    func pendingRow(table: Int, number: Int, in id: Int) -> RecordRow? {
        transactions[id]?.writes.last { $0.table == table && $0.after.number == number }?.after
    }

    private static func unknown(_ id: Int) -> ServiceError {
        ServiceError(404, "NOT_FOUND", "There is no open transaction \(id)")
    }
}
