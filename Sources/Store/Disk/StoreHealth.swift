import Foundation
import GRDB

/// What opening a store would make of it.
package enum StoreStanding: Sendable, Hashable {
    /// It would be made.
    case missing
    /// It is of an earlier version, and would be changed for this one.
    case earlier
    /// What was ended midway would be undone or brought to its end.
    case unsettled(Unsettled)
    case current

    package enum Unsettled: String, Sendable, Hashable {
        case restore = "A restore"
        case rotation = "A change of the key"
    }
}

/// How a database stands, looked at beside whoever has it: nothing is written, and nobody waits for it.
package struct StoreHealth: Sendable, Hashable {
    /// 0 where it is damaged.
    package let events: Int64
    /// Of the database with its log.
    package let bytes: Int64
    /// What SQLite found wrong with it; none where it is whole.
    package let faults: [String]

    private static let mostFaults = 10

    /// - Throws: `StoreError`, `.newerVersion` where this version can't open it; also where a restore was ended midway.
    package static func standing(directory path: String) throws(StoreError) -> StoreStanding {
        try DataDirectory.requireNoRestore(in: path)
        let file = DataDirectory.databasePath(in: path)
        guard try DataDirectory.hasStore(in: path) else { return .missing }
        if let work = DataDirectory.unsettled(in: path) { return .unsettled(work) }
        do {
            let queue = try StoreBackup.reading(file)
            defer { try? queue.close() }
            return try queue.read { db in
                if try Schema.migrator.hasBeenSuperseded(db) {
                    throw StoreError(
                        .newerVersion,
                        "The database \(file) was written by a newer Signalbox; run that version, or name another --data-dir."
                    )
                }
                if try Schema.migrator.appliedIdentifiers(db).isEmpty { return .missing }
                return try Schema.migrator.hasCompletedMigrations(db) ? .current : .earlier
            }
        } catch {
            throw StoreError(error, path: file)
        }
    }

    /// Whether a key opens what is sealed in a store, where there is one.
    /// Without a given one that is the key file of the directory.
    ///
    /// - Throws: `StoreError` where a start would end for that.
    package static func checkKey(_ given: GivenKey?, directory path: String) throws(StoreError) {
        let key = try given.map { (given) throws(StoreError) in try SecretKey(given) }
        guard try DataDirectory.hasStore(in: path) else { return }
        let directory = DataDirectory(existing: path)
        do {
            let queue = try StoreBackup.reading(directory.databasePath)
            defer { try? queue.close() }
            let (sealed, successors) = try queue.read {
                (try KeyRotation.sealedCheck($0), try KeyRotation.successors($0))
            }
            guard let sealed else { return }
            _ = try directory.secrets(key, of: given?.source, opening: sealed, successors: successors)
        } catch {
            throw StoreError(error, path: directory.databasePath)
        }
    }

    /// Reads every page of the database and the order of every index; some seconds for a large one.
    package static func examine(directory path: String) throws(StoreError) -> StoreHealth {
        let file = DataDirectory.databasePath(in: path)
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.label = "health"
            configuration.prepareDatabase { SearchFunction.add(to: $0) }
            let queue = try DatabaseQueue(path: file, configuration: configuration)
            defer { try? queue.close() }
            return try queue.read { db in
                let faults = try faults(db)
                return StoreHealth(
                    // Those of a damaged one can't be counted.
                    events: faults.isEmpty ? try Int64.fetchOne(db, sql: "SELECT count(*) FROM event") ?? 0 : 0,
                    bytes: bytes(of: file),
                    faults: faults
                )
            }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
            return StoreHealth(events: 0, bytes: bytes(of: file), faults: ["too damaged to be checked"])
        } catch {
            throw StoreError(error, path: file)
        }
    }

    private static func bytes(of file: String) -> Int64 {
        ["", "-wal"].reduce(0) { sum, ending in
            let facts = try? FileManager.default.attributesOfItem(atPath: file + ending)
            return sum + (facts?[.size] as? Int64 ?? 0)
        }
    }

    /// Where SQLite gives up in the middle of it, that is the last one.
    private static func faults(_ db: Database) throws -> [String] {
        var said: [String] = []
        do {
            let rows = try String.fetchCursor(db, sql: "PRAGMA quick_check(\(mostFaults))")
            while let row = try rows.next() { said.append(row) }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
            said.append("too damaged to be checked")
        }
        return said == ["ok"] ? [] : said
    }
}
