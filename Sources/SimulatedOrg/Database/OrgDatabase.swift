/// An org's records: tables with their recycle bins, transactions, the clock that stamps them and the log of commits.
///
/// Every write goes through ``perform(_:in:)``. What became visible waits in ``drainCommits()`` for those who follow it.
final class OrgDatabase {
    /// The records and their log at one moment, to go back to when a series of writes fails as a whole.
    struct Snapshot {
        fileprivate let tables: [Table]
        fileprivate let history: CommitHistory
        fileprivate let commits: [[Write]]
    }

    var clock: OrgClock
    /// When the org began.
    let started: Stamp
    let organizationID: String
    let userIDs: [String]
    /// The committed rows, in the order of ``StandardObjects/all``.
    private(set) var tables: [Table]
    private(set) var history = CommitHistory()
    private var transactions = OpenTransactions()
    private var commits: [[Write]] = []
    private let settings: OrgSettings

    init(settings: OrgSettings, clock: OrgClock) {
        self.settings = settings
        self.clock = clock
        started = clock.now
        let organization = settings.configuration.organization
        var tables = StandardObjects.all.map { Table(type: $0, base: $0.name == "Organization" ? organization : 0) }
        (organizationID, userIDs) = OrganizationRecords.insert(into: &tables, settings.configuration, at: started)
        self.tables = tables
    }

    var now: Stamp { clock.now }

    /// The user on whose behalf the integration works.
    var integrationUser: String { userIDs[0] }

    /// The table of a business object.
    func businessTable(_ object: String) throws(ServiceError) -> Int {
        let table = try self.table(object)
        guard tables[table].type.isBusinessObject else {
            throw ServiceError(
                400,
                "INVALID_TYPE_FOR_OPERATION",
                "entity type \(object) does not support this operation"
            )
        }
        return table
    }

    /// The table of any object; an unknown one is 404, as on `/sobjects/X`.
    func table(_ object: String) throws(ServiceError) -> Int {
        guard let table = StandardObjects.index(of: object) else { throw .notFound }
        return table
    }

    func evaluator(includesDeleted: Bool) -> QueryEvaluator {
        QueryEvaluator(tables: tables, now: now, includesDeleted: includesDeleted)
    }

    // MARK: Writes

    /// Hands out the number of a row to come; the row stays invisible until it is committed.
    func allocate(_ table: Int) -> Int { tables[table].allocate() }

    /// Adds writes to their transaction, or commits them at once when there is none.
    func perform(_ writes: [Write], in transaction: Int?) throws(ServiceError) {
        guard let transaction else {
            commit(writes, transaction: nil)
            return
        }
        try transactions.append(writes, to: transaction)
    }

    /// The row as a transaction sees it: its own pending state, else the committed one.
    func visibleRow(_ table: Int, id: String, in transaction: Int?) throws(ServiceError) -> RecordRow {
        guard let number = tables[table].number(of: id), tables[table].contains(number: number)
        else { throw .notFound }
        if let holder = transactions.holder(table: table, number: number) {
            guard holder == transaction else {
                // A row that was only ever inserted in there doesn't exist for anybody else.
                guard tables[table].row(number: number) != nil else { throw .notFound }
                throw ServiceError(400, "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record")
            }
            if let pending = transactions.pendingRow(table: table, number: number, in: holder) { return pending }
        }
        guard let row = tables[table].row(number: number) else { throw .notFound }
        return row
    }

    func isLocked(table: Int, number: Int) -> Bool { transactions.holder(table: table, number: number) != nil }

    /// Empties recycle bin and deletion log of what is older than a moment.
    func purge(_ table: Int, before moment: Stamp, includingLog: Bool) {
        for row in tables[table].rows {
            guard let row, row.isDeleted, row.stamp < moment, !isLocked(table: table, number: row.number) else {
                continue
            }
            tables[table].purge(number: row.number)
        }
        if includingLog { tables[table].purgeDeletions(before: moment) }
    }

    /// Makes the org call itself a sandbox or not.
    func setSandbox(_ isSandbox: Bool) {
        OrganizationRecords.setSandbox(isSandbox, of: organizationID, in: &tables)
    }

    // MARK: Transactions

    /// The transactions that have begun and not ended, oldest first.
    var openTransactions: [Int] { transactions.ids }

    /// When the oldest transaction that still runs began.
    var oldestTransactionStart: Stamp? { transactions.oldestStart }

    /// Begins a transaction whose changes are stamped when made and seen when it commits.
    func openTransaction() -> Int { transactions.begin(at: now) }

    /// Makes a transaction's changes visible, with the stamps they got inside it.
    func commitTransaction(_ id: Int) throws(ServiceError) {
        commit(try transactions.end(id), transaction: id)
    }

    /// Forgets a transaction's changes.
    func rollBackTransaction(_ id: Int) throws(ServiceError) {
        _ = try transactions.end(id)
    }

    // MARK: Commits

    /// The writes of each commit since the last call, in order.
    func drainCommits() -> [[Write]] {
        defer { commits = [] }
        return commits
    }

    func snapshot() -> Snapshot { Snapshot(tables: tables, history: history, commits: commits) }

    /// Goes back to an earlier moment. Only for writes outside of transactions, whose locks stay as they are.
    func restore(_ snapshot: Snapshot) {
        (tables, history, commits) = (snapshot.tables, snapshot.history, snapshot.commits)
    }

    private func commit(_ writes: [Write], transaction: Int?) {
        for write in writes {
            tables[write.table].apply(write)
            if settings.configuration.keepsHistory {
                history.record(
                    write,
                    object: tables[write.table].type.name,
                    at: now,
                    transaction: transaction,
                    limit: settings.configuration.historyLimit
                )
            }
        }
        commits.append(writes)
    }
}
