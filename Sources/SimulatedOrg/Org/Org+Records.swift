package import Primitives

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
        try write { database in
            try database.insert(
                database.businessTable(object),
                members(fields),
                by: database.integrationUser,
                dates: .init(created: createdDate, modified: lastModifiedDate),
                in: transaction
            )
        }
    }

    /// Creates so many believable records in one transaction and returns their ids.
    @discardableResult
    package func seed(_ object: String, count: Int) throws -> [String] {
        try perform { try $0.activity.seed($0.database.businessTable(object), count: count) }
    }

    /// Changes fields of a record.
    package func change(
        _ object: String,
        _ id: String,
        _ fields: [String: JSON],
        lastModifiedDate: Stamp? = nil,
        in transaction: Int? = nil
    ) throws {
        try write { database in
            try database.update(
                database.businessTable(object),
                id: id,
                members(fields),
                by: database.integrationUser,
                dates: .init(modified: lastModifiedDate),
                in: transaction
            )
        }
    }

    /// Moves a record to the recycle bin.
    package func delete(_ object: String, _ id: String, in transaction: Int? = nil) throws {
        try write { database in
            try database.delete(database.businessTable(object), id: id, by: database.integrationUser, in: transaction)
        }
    }

    /// Takes a record out of the recycle bin.
    package func undelete(_ object: String, _ id: String, in transaction: Int? = nil) throws {
        try write { database in
            try database.undelete(database.businessTable(object), id: id, by: database.integrationUser, in: transaction)
        }
    }

    /// Removes a record past the recycle bin.
    package func hardDelete(_ object: String, _ id: String, in transaction: Int? = nil) throws {
        try write { database in try database.hardDelete(database.businessTable(object), id: id, in: transaction) }
    }

    /// Moves only SystemModstamp, of these records or of all.
    package func touch(_ object: String, _ ids: [String]? = nil, in transaction: Int? = nil) throws {
        try write { database in try database.touch(database.businessTable(object), ids: ids, in: transaction) }
    }

    /// Merges one or two records into a master.
    package func merge(_ object: String, into master: String, _ losers: [String], in transaction: Int? = nil) throws {
        try write { database in
            try database.merge(
                database.businessTable(object),
                master: master,
                losers: losers,
                by: database.integrationUser,
                in: transaction
            )
        }
    }

    /// Empties the recycle bin of what is older than a moment, and on request the deletion log too.
    package func purge(_ object: String, before moment: Stamp, includingLog: Bool = false) throws {
        try write { database in
            database.purge(try database.businessTable(object), before: moment, includingLog: includingLog)
        }
    }

    /// Begins a transaction; its changes are stamped when made and seen once it commits.
    package func openTransaction() -> Int {
        write { $0.openTransaction() }
    }

    /// Makes a transaction's changes visible.
    package func commit(_ transaction: Int) throws {
        try write { try $0.commitTransaction(transaction) }
    }

    /// Forgets a transaction's changes.
    package func rollBack(_ transaction: Int) throws {
        try write { try $0.rollBackTransaction(transaction) }
    }

    /// A record's fields as committed, deleted or not; nil when there is none.
    package func record(_ object: String, _ id: String) throws -> JSON? {
        try perform { services in
            let table = try services.database.table(object)
            guard let row = services.database.tables[table].row(id: id) else { return nil }
            return try JSON(parsing: services.data.renderer.bytes(row, table, version: "v67.0"))
        }
    }

    /// The ids of an object's records, of the live ones or of all.
    package func ids(_ object: String, includingDeleted: Bool = false) throws -> [String] {
        try write { database in
            try database.tables[database.table(object)].rows.compactMap { row in
                guard let row, includingDeleted || !row.isDeleted else { return nil }
                return row.id
            }
        }
    }

    private func write<Result>(_ step: (OrgDatabase) throws -> Result) rethrows -> Result {
        try perform { try step($0.database) }
    }

    private nonisolated func members(_ fields: [String: JSON]) -> [JSON.Member] {
        fields.sorted { $0.key < $1.key }.map { JSON.Member($0.key, $0.value) }
    }
}
