package import Domain
import Foundation
import GRDB
import GRDBSQLite
import Primitives

/// The audit trail of a data directory, for what is done to its files from outside: whoever has the store is not asked.
package enum StoreAudit {
    /// Adds an entry; nothing where there is no store yet, or one of a version that had no trail.
    package static func append(_ entry: AuditEntry, dataDirectory: String) throws(StoreError) {
        let path = DataDirectory.databasePath(in: dataDirectory)
        guard try DataDirectory.hasStore(in: dataDirectory) else { return }
        do {
            var configuration = Configuration()
            configuration.foreignKeysEnabled = false
            configuration.busyMode = .timeout(Double(Limit.databaseLock.milliseconds) / 1000)
            configuration.label = "signalbox audit"
            let size = try? FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int64
            let hadLog = (size ?? 0) > 0
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? queue.close() }
            try queue.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = FULL")
                guard try db.tableExists("audit") else { return }
                if hadLog {
                    // What a killed process left is how the next start knows that it was killed.
                    var keeps: CInt = 1
                    _ = unsafe sqlite3_file_control(db.sqliteConnection, "main", SQLITE_FCNTL_PERSIST_WAL, &keeps)
                }
                try db.inTransaction(.immediate) {
                    try entry.insert(db)
                    return .commit
                }
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }
}

extension AuditEntry {
    func insert(_ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: "INSERT INTO audit (at, actor, action, instance, subject, failure) VALUES (?, ?, ?, ?, ?, ?)"
        )
        try statement.execute(arguments: [at.milliseconds, actor, action.rawValue, instance, subject, failure])
    }
}
