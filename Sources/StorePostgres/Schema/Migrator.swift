#if PostgreSQL
import Domain
import Logging
import Store

/// Brings the tables of a database to what this version needs.
struct Migrator {
    let connection: Connection
    let address: PostgresAddress
    let logger: Logger

    /// Makes what is needed to have the database at all, where it isn't there.
    func lay() throws {
        guard connection.reported("server_encoding") == "UTF8" else {
            throw StoreError(
                .unreadable,
                "The database \(address.location) is not in UTF8; make one that is: createdb --encoding=UTF8 --template=template0 NAME"
            )
        }
        let found = try connection.run("SELECT to_regclass('\(Schema.name).lease') IS NOT NULL").number
        if found == 1 { return }
        do {
            try inTransaction { for statement in Schema.foundation { try connection.execute(statement) } }
        } catch let fault as PostgresFault where ["23505", "42P06", "42P07"].contains(fault.state) {
            // Two began at once; the other one's is as good.
            try inTransaction { for statement in Schema.foundation { try connection.execute(statement) } }
        }
    }

    /// - Throws: `StoreError` where a newer version wrote it, and where `isWhole` is asked for also where an earlier one did.
    func check(isWhole: Bool = false) throws {
        let rows = try connection.run("SELECT number, name FROM migration ORDER BY number")
        let names: [String] = rows.map { $0[1] }
        let known = Schema.migrations.map(\.name)
        guard names.count <= known.count, names == Array(known.prefix(names.count)) else {
            throw StoreError(
                .newerVersion,
                "The database \(address.location) was written by a newer Signalbox; run that version, or name another --store."
            )
        }
        guard !isWhole || names.count == known.count else {
            throw StoreError(
                .other,
                "The database \(address.location) is of an earlier version; start `signalbox serve` once before."
            )
        }
    }

    /// Runs those that are missing, one transaction each, with the database in the hands of the node with this fence.
    func migrate(fence: Int64) throws {
        let done = try connection.run("SELECT number FROM migration").count
        for (number, migration) in Schema.migrations.enumerated().dropFirst(done) {
            try inTransaction {
                try NodeLease.holdTurn(connection, of: fence)
                // Another node may have come at the same time, and have done it.
                let isThere = try connection.run("SELECT count(*) FROM migration WHERE number = $1", [number + 1])
                    .number
                if isThere == 1 { return }
                for statement in migration.statements { try connection.execute(statement) }
                try connection.run(
                    "INSERT INTO migration (number, name) VALUES ($1, $2)",
                    [number + 1, migration.name]
                )
            }
            if number > 0 { logger.notice("The database is changed for this version: \(migration.name)") }
        }
    }

    private func inTransaction(_ body: () throws -> Void) throws {
        try connection.execute("BEGIN")
        do {
            try body()
            try connection.execute("COMMIT")
        } catch {
            if !connection.isLost { try connection.execute("ROLLBACK") }
            throw error
        }
    }
}
#endif
