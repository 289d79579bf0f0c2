import GRDB

/// Which state of the database the index of words belongs to, and what is to be done where it is another one.
enum WordEdition {
    /// Under which the database keeps it.
    static let name = "words edition"

    /// Any that was not there before.
    static func random() -> Int64 { Int64.random(in: 1...Int64.max) }

    /// Of the database, as one of its connections sees it.
    static func ofDatabase(_ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            try db.cachedStatement(sql: "SELECT value FROM meta WHERE name = ?"),
            arguments: [name]
        )
    }

    static func set(_ edition: Int64, _ transaction: WriteTransaction) throws {
        try transaction.run("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", [name, edition])
    }

    /// Whether the index may still bear words of events that are purged, which a search has to pass over then.
    static func mayHoldPurged(_ db: Database) throws -> Bool {
        let ofIndex = try WordFile.reading {
            try Int64.fetchOne(try db.cachedStatement(sql: "SELECT edition FROM indexed"))
        }
        return try ofDatabase(db) != ofIndex
    }

    /// What brings the index to the database's edition.
    enum Settling: Sendable, Hashable {
        /// The purge whose words were laid ready didn't happen.
        case forgetRemovals
        /// It did, for these.
        case remove([Int64], edition: Int64)
        /// It was made of another database, or of another state of this one.
        case beginAnew(before: Int64, edition: Int64?)
    }

    /// Nil where nothing is to be done. Asked of a reader, which sees both.
    static func settling(_ db: Database) throws -> Settling? {
        let ours = try ofDatabase(db)
        let next = try Int64.fetchOne(db, sql: "SELECT value FROM meta WHERE name = 'sequence'") ?? 1
        let row = try WordFile.reading {
            try Row.fetchOne(try db.cachedStatement(sql: "SELECT last, edition, next_edition FROM indexed"))
        }
        guard let row, let ours, let last = Int64.fromDatabaseValue(row[0]), last < next else {
            return .beginAnew(before: next, edition: ours)
        }
        let (edition, nextEdition) = (Int64.fromDatabaseValue(row[1]), Int64.fromDatabaseValue(row[2]))
        if edition == ours { return nextEdition == nil ? nil : .forgetRemovals }
        guard nextEdition == ours else { return .beginAnew(before: next, edition: ours) }
        let gone = try WordFile.reading {
            try Int64.fetchAll(
                db,
                sql: """
                    SELECT sequence FROM removal r WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.sequence = r.sequence)
                    ORDER BY sequence
                    """
            )
        }
        return .remove(gone, edition: ours)
    }
}

extension WordEdition.Settling {
    /// What goes out of an index without content has to be spelled exactly as it went in. In rising order: FTS5 writes what it
    /// has gathered as often as a number is smaller than the one before.
    func apply(_ db: Database) throws {
        switch self {
        case .forgetRemovals:
            try db.execute(sql: "UPDATE indexed SET next_edition = NULL")
        case .remove(let sequences, let edition):
            let remove = try db.cachedStatement(
                sql: """
                    INSERT INTO words (words, rowid, name, value, kind)
                    SELECT 'delete', sequence, name, value, kind FROM removal WHERE sequence = ?
                    """
            )
            for sequence in sequences { try remove.execute(arguments: [sequence]) }
            try db.execute(sql: "UPDATE indexed SET edition = ?, next_edition = NULL", arguments: [edition])
        case .beginAnew(let next, let edition):
            try db.execute(sql: "INSERT INTO words (words) VALUES ('delete-all')")
            try db.execute(sql: "DELETE FROM common")
            try WordIndexRange(before: next).write(db)
            try db.execute(sql: "UPDATE indexed SET edition = ?, next_edition = NULL", arguments: [edition])
        }
        try db.execute(sql: "DELETE FROM removal")
    }
}
