extension Org {
    /// Creates a record and returns its id; dates set back CreatedDate and LastModifiedDate as an import may.
    @discardableResult
    package func create(
        _ object: String,
        _ fields: [String: JSON],
        createdDate: Stamp? = nil,
        lastModifiedDate: Stamp? = nil,
        in transaction: Int? = nil
    ) throws -> String {
        try withState { state in
            try state.insert(
                state.businessTable(object),
                members(fields),
                by: state.integrationUser,
                dates: .init(created: createdDate, modified: lastModifiedDate),
                in: transaction
            )
        }
    }

    /// Creates so many believable records in one transaction and returns their ids.
    @discardableResult
    package func seed(_ object: String, count: Int) throws -> [String] {
        try withState { state in try state.seed(state.businessTable(object), count: count) }
    }

    /// Changes fields of a record.
    package func change(
        _ object: String,
        _ id: String,
        _ fields: [String: JSON],
        lastModifiedDate: Stamp? = nil,
        in transaction: Int? = nil
    ) throws {
        try withState { state in
            try state.update(
                state.businessTable(object),
                id: id,
                members(fields),
                by: state.integrationUser,
                dates: .init(modified: lastModifiedDate),
                in: transaction
            )
        }
    }

    /// Moves a record to the recycle bin.
    package func delete(_ object: String, _ id: String, in transaction: Int? = nil) throws {
        try withState { state in
            try state.delete(state.businessTable(object), id: id, by: state.integrationUser, in: transaction)
        }
    }

    /// Takes a record out of the recycle bin.
    package func undelete(_ object: String, _ id: String, in transaction: Int? = nil) throws {
        try withState { state in
            try state.undelete(state.businessTable(object), id: id, by: state.integrationUser, in: transaction)
        }
    }

    /// Removes a record past the recycle bin.
    package func hardDelete(_ object: String, _ id: String, in transaction: Int? = nil) throws {
        try withState { state in try state.hardDelete(state.businessTable(object), id: id, in: transaction) }
    }

    /// Moves only SystemModstamp, of these records or of all.
    package func touch(_ object: String, _ ids: [String]? = nil, in transaction: Int? = nil) throws {
        try withState { state in try state.touch(state.businessTable(object), ids: ids, in: transaction) }
    }

    /// Merges one or two records into a master.
    package func merge(_ object: String, into master: String, _ losers: [String], in transaction: Int? = nil) throws {
        try withState { state in
            try state.merge(
                state.businessTable(object),
                master: master,
                losers: losers,
                by: state.integrationUser,
                in: transaction
            )
        }
    }

    /// Empties the recycle bin of what is older than a moment, and on request the deletion log too.
    package func purge(_ object: String, before moment: Stamp, includingLog: Bool = false) throws {
        try withState { state in
            state.purge(try state.businessTable(object), before: moment, includingLog: includingLog)
        }
    }

    /// Begins a transaction; its changes are stamped when made and seen once it commits.
    package func openTransaction() -> Int {
        withState { $0.openTransaction() }
    }

    /// Makes a transaction's changes visible.
    package func commit(_ transaction: Int) throws {
        try withState { try $0.commitTransaction(transaction) }
    }

    /// Forgets a transaction's changes.
    package func rollBack(_ transaction: Int) throws {
        try withState { try $0.rollBackTransaction(transaction) }
    }

    /// A record's fields as committed, deleted or not; nil when there is none.
    package func record(_ object: String, _ id: String) throws -> JSON? {
        try withState { state in
            let table = try state.table(object)
            guard let row = state.tables[table].row(id: id) else { return nil }
            return try JSON(parsing: state.rendered(row, table, fields: nil, "v67.0"))
        }
    }

    /// The ids of an object's records, of the live ones or of all.
    package func ids(_ object: String, includingDeleted: Bool = false) throws -> [String] {
        try withState { state in
            try state.tables[state.table(object)].rows.compactMap { row in
                guard let row, includingDeleted || !row.isDeleted else { return nil }
                return row.id
            }
        }
    }

    /// Changes the configuration, rotation or short pages for example, while the org lives.
    package func configure(_ change: @Sendable (inout SimulatedOrgConfiguration) -> Void) {
        withState { change(&$0.configuration) }
    }

    private nonisolated func members(_ fields: [String: JSON]) -> [JSON.Member] {
        fields.sorted { $0.key < $1.key }.map { JSON.Member($0.key, $0.value) }
    }
}
