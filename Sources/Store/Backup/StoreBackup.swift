import Domain
import Foundation
import GRDB
import Glibc
import Primitives

/// What a backup holds.
package struct BackupSummary: Sendable, Hashable {
    package let events: Int64
    package let instances: Int64
    package let bytes: Int64
    /// Where the store is kept that a restored one took the place of.
    package var replaced: String?

    package init(events: Int64, instances: Int64, bytes: Int64, replaced: String? = nil) {
        self.events = events
        self.instances = instances
        self.bytes = bytes
        self.replaced = replaced
    }
}

/// A copy of a store while it is used, by whoever may read its files: the node that has it is not asked, and not disturbed
/// beyond what reading costs. SQLite shows every process one state of the database, however much is written meanwhile.
package enum StoreBackup {
    /// Copies the store of a data directory into one file, readable by its owner alone: events, ledger, settings, and secrets
    /// as they are sealed. The key is not in it.
    ///
    /// - Throws: `StoreError`; nothing is left over then, and what was there is still there.
    package static func write(
        dataDirectory: String,
        to path: String,
        mayReplace: Bool
    ) throws(StoreError) -> BackupSummary {
        let database = DataDirectory.databasePath(in: dataDirectory)
        guard try DataDirectory.hasStore(in: dataDirectory) else {
            throw StoreError(.unreadable, "There is no store in \(dataDirectory); name its directory with --data-dir.")
        }
        guard case .file(let place) = FileDestination(of: path) else {
            throw StoreError(.other, "\(path) is no regular file; name another.")
        }
        guard !isSame(path, database), !isSame(path, database + "-wal") else {
            throw StoreError(.other, "\(path) is the store itself; name another file.")
        }
        if !mayReplace, unsafe access(path, F_OK) == 0 { throw DatabaseCopy.exists(path) }
        do {
            let source = try reading(database)
            let summary = try source.read { db in
                // What is read first decides what the copy holds.
                let held = try Self.summary(db)
                try DatabaseCopy(to: place, of: dataDirectory).write(from: db, mayReplace: mayReplace)
                return held
            }
            try source.close()
            return BackupSummary(events: summary.events, instances: summary.instances, bytes: size(place))
        } catch {
            throw StoreError(error, path: database)
        }
    }

    /// A connection that writes nothing; it waits where a checkpoint is under way.
    static func reading(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .timeout(Double(Limit.databaseLock.milliseconds) / 1000)
        configuration.label = "signalbox backup"
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    static func summary(_ db: Database) throws -> (events: Int64, instances: Int64) {
        (
            try Int64.fetchOne(db, sql: "SELECT sum(events) FROM counter") ?? 0,
            try Int64.fetchOne(db, sql: "SELECT count(*) FROM instance") ?? 0
        )
    }

    static func size(_ path: String) -> Int64 {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64) ?? 0
    }

    static func isSame(_ path: String, _ other: String) -> Bool {
        var (first, second) = (stat(), stat())
        guard unsafe stat(path, &first) == 0, unsafe stat(other, &second) == 0 else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }
}
