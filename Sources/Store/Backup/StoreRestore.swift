import Domain
import Foundation
import GRDB
import Glibc
import Primitives

/// Puts a backup into a data directory that nobody uses.
///
/// Everything is checked before anything is changed: that the file is whole, of this version or an earlier one, and that its
/// secrets can be read. A store that is there already is kept beside the new one under another name; that one takes its place
/// in one step, so that a kill leaves the one or the other.
package struct StoreRestore {
    /// Where a kill could meet it.
    enum Step: Sendable, CaseIterable {
        case copyIsMade, formerIsNamed, keyIsBeside, logIsGone, storeIsInPlace, keyIsInPlace
    }

    private let path: String
    private let directory: DataDirectory
    private let lock: DirectoryLock
    /// Gives a file a further name, or not and `errno`, as some file systems do.
    var link: @Sendable (_ path: String, _ name: String) -> Bool = { DirectoryEntry.link($0, to: $1) }

    /// Takes the directory for itself.
    ///
    /// - Throws: `StoreError`, `.locked` where a node is running.
    package init(from path: String, dataDirectory: String) throws(StoreError) {
        guard unsafe access(path, R_OK) == 0 else {
            throw StoreError(.unreadable, "\(path) can't be read (\(DataDirectory.reason)).")
        }
        guard case .file = FileDestination(of: path) else {
            throw StoreError(.unreadable, "\(path) is no regular file; name a backup.")
        }
        self.path = path
        directory = try DataDirectory(preparing: dataDirectory)
        lock = try DirectoryLock(path: directory.lockPath)
    }

    /// - Parameters:
    ///   - key: what the secrets were sealed with; nil: the key file of the data directory, or one beside the backup.
    ///   - mayReplace: whether a store with events or instances may give its place.
    /// - Returns: what was restored.
    /// - Throws: `StoreError`; the store is as it was then.
    package func run(key: GivenKey?, mayReplace: Bool) throws(StoreError) -> BackupSummary {
        try run(key: key, mayReplace: mayReplace) { _ in }
    }

    /// What `reached` throws ends it as a kill would: nothing is undone.
    func run(key: GivenKey?, mayReplace: Bool, reached: (Step) throws -> Void) throws(StoreError) -> BackupSummary {
        defer { withExtendedLifetime(lock) {} }
        let given = try key.map { (key) throws(StoreError) in try SecretKey(key) }
        let wasEnded = directory.hasEndedRestore
        var (isKilled, place) = (false, String?.none)
        func reach(_ step: Step) throws {
            do { try reached(step) } catch {
                isKilled = true
                throw error
            }
        }
        do {
            directory.undoRestore()
            let fresh = DatabaseCopy(
                to: directory.databasePath,
                of: directory.path,
                partial: directory.restoringPath
            )
            let (summary, fitting) = try examine { db, sealed in
                // Else the key that opens what is replaced would be lost.
                try KeyRotation.settle(directory)
                let fitting = try keyFile(opening: sealed, given: given)
                guard isEmpty() || mayReplace else {
                    throw StoreError(
                        .other,
                        "The store of \(directory.path) is not empty; add --replace to put the backup in its place (it is "
                            + "kept beside it), or name another directory with --data-dir."
                    )
                }
                // With what its log holds, which copying the file alone would lose.
                try fresh.make(from: db)
                return fitting
            }
            try reach(.copyIsMade)
            let unused = unusedPath()
            place = unused
            if wasEnded { try keepLoneLogs() }
            let replaced = try keepFormer(at: unused)
            try reach(.formerIsNamed)
            if let fitting { try bring(fitting, at: unused) }
            try reach(.keyIsBeside)
            try removeLogs(of: directory.databasePath)
            // It belongs to what is replaced.
            directory.removeWords()
            try reach(.logIsGone)
            try fresh.takePlace(mayReplace: true)
            place = nil
            try reach(.storeIsInPlace)
            if fitting != nil { try directory.takeNextKey() }
            try reach(.keyIsInPlace)
            return BackupSummary(
                events: summary.events,
                instances: summary.instances,
                bytes: StoreBackup.size(directory.databasePath),
                replaced: replaced
            )
        } catch {
            if !isKilled { undo(at: place, wasEnded: wasEnded) }
            throw StoreError(error, path: path)
        }
    }

    // MARK: Looking

    /// Calls `body` with the backup and what its key was sealed with, in the snapshot that was found sound.
    private func examine<Value>(
        _ body: (Database, _ sealed: Data) throws -> Value
    ) throws -> (summary: (events: Int64, instances: Int64), Value) {
        let source = try judging { try StoreBackup.reading(path) }
        defer { try? source.close() }
        return try source.read { db in
            let (sealed, summary) = try judging { try look(at: db) }
            return (summary, try body(db, sealed))
        }
    }

    private var stranger: StoreError { StoreError(.corrupt, "\(path) is no backup of Signalbox.") }

    private func judging<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw stranger
        }
    }

    private func look(at db: Database) throws -> (sealed: Data, summary: (events: Int64, instances: Int64)) {
        guard try db.tableExists("grdb_migrations"), try db.tableExists("meta") else { throw stranger }
        if try Schema.migrator.hasBeenSuperseded(db) {
            throw StoreError(
                .newerVersion,
                "\(path) was written by a newer Signalbox; restore it with that version or a later one."
            )
        }
        if let fault = try DatabaseCopy.damage(db) {
            throw StoreError(.corrupt, "\(path) is damaged (\(fault)); restore another backup.")
        }
        guard let sealed = try Data.fetchOne(db, sql: "SELECT value FROM meta WHERE name = 'key'") else {
            throw stranger
        }
        return (sealed, try StoreBackup.summary(db))
    }

    /// The key file to be put into the data directory; nil where the right key is there or was given.
    private func keyFile(opening sealed: Data, given: SecretKey?) throws(StoreError) -> String? {
        if let given {
            guard SecretBox(given).opens(sealed, context: SecretBox.check) else {
                throw StoreError(
                    .corrupt,
                    "The key does not open the secrets of the backup \(path); give the key of the store that was backed up."
                )
            }
            return nil
        }
        let beside = URL(fileURLWithPath: path).deletingLastPathComponent().path + "/key"
        for file in [directory.keyPath, beside] where unsafe access(file, F_OK) == 0 {
            let key = try SecretKey(file: file, mayCreate: false)
            if SecretBox(key).opens(sealed, context: SecretBox.check) {
                return file == directory.keyPath ? nil : file
            }
        }
        throw StoreError(
            .unreadable,
            "No key here opens the secrets of \(path): put the key file of its data directory beside it (\(beside)), or set "
                + "SIGNALBOX_KEY."
        )
    }

    /// Whether no instance was ever made here, and nothing stored. What can't be read is not empty.
    private func isEmpty() -> Bool {
        guard unsafe access(directory.databasePath, F_OK) == 0 else { return true }
        guard StoreBackup.size(directory.databasePath) + StoreBackup.size(directory.databasePath + "-wal") > 0 else {
            return true
        }
        let found = try? { () throws -> Bool in
            let queue = try StoreBackup.reading(directory.databasePath)
            defer { try? queue.close() }
            return try queue.read { db in
                guard try db.tableExists("instance") else { return true }
                return try ["instance", "ledger", "event"].allSatisfy { table in
                    try Int.fetchOne(db, sql: "SELECT 1 FROM \(table) LIMIT 1") == nil
                }
            }
        }()
        return found ?? false
    }

    // MARK: Changing

    /// After a failure: all is as it was before. `place` is nil where nothing but the copy had been made, or all was done.
    private func undo(at place: String?, wasEnded: Bool) {
        if let place {
            // Else it is in its place, though that is not sure to be on disk.
            guard unsafe access(directory.restoringPath, F_OK) == 0 else { return }
            _ = unsafe unlink(directory.nextKeyPath)
            if !wasEnded { directory.takeBack(place) }
        } else if wasEnded {
            // A copy that can't be made takes away what stood there; still no empty store is to be made here.
            let file = OwnedFile.open(directory.restoringPath, O_WRONLY)
            if file >= 0 { Glibc.close(file) }
        }
    }

    /// Readable by its owner alone, and on disk.
    private func copy(_ source: String, to target: String) throws(StoreError) {
        let input = unsafe open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw DatabaseCopy.failure(source) }
        defer { Glibc.close(input) }
        _ = unsafe unlink(target)
        let output = unsafe open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw DatabaseCopy.failure(target) }
        OwnedFile.adopt(output, at: target)
        var isWhole = false
        defer {
            Glibc.close(output)
            if !isWhole { _ = unsafe unlink(target) }
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = unsafe read(input, &buffer, buffer.count)
            if count == 0 { break }
            guard count > 0 else { throw DatabaseCopy.failure(source) }
            guard OwnedFile.write(buffer[..<count], to: output) else { throw DatabaseCopy.failure(target) }
        }
        guard fsync(output) == 0, DirectoryEntry.sync(of: target) else { throw DatabaseCopy.failure(target) }
        isWhole = true
    }

    /// What stands in the log of the store that is here goes into it, so that one step replaces it whole. False where that
    /// can't be, as in a damaged one.
    private func foldLog() throws(StoreError) -> Bool {
        let here = directory.databasePath
        guard DataDirectory.logs.contains(where: { StoreBackup.size(here + $0) > 0 }) else { return true }
        do {
            var configuration = Configuration()
            configuration.foreignKeysEnabled = false
            configuration.busyMode = .timeout(Double(Limit.databaseLock.milliseconds) / 1000)
            configuration.label = "signalbox restore"
            let queue = try DatabaseQueue(path: here, configuration: configuration)
            defer { try? queue.close() }
            try queue.writeWithoutTransaction { db in
                _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema")
                _ = try db.checkpoint(.truncate)
            }
            return true
        } catch let error as DatabaseError where [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode) {
            throw StoreError(error, path: here)
        } catch {
            return false
        }
    }

    /// The store that is here gets a further name, until the fresh one takes its own: there is one at every moment.
    private func keepFormer(at place: String) throws(StoreError) -> String? {
        let (here, former) = (directory.databasePath, place + ".sqlite")
        guard unsafe access(here, F_OK) == 0 else { return nil }
        try name(here, former)
        for ending in DataDirectory.logs where StoreBackup.size(here + ending) > 0 {
            try name(here + ending, former + ending)
        }
        // After that: whatever SQLite makes of a log that it can't read, it is kept.
        if unsafe access(here, F_OK) == 0, try foldLog() { try removeLogs(of: former) }
        return former
    }

    private func name(_ path: String, _ other: String) throws(StoreError) {
        if self.link(path, other) { return }
        guard [EPERM, EOPNOTSUPP, ENOSYS].contains(errno) else { throw DatabaseCopy.failure(other) }
        // A file system where each file has one name: until the fresh one has it nothing starts here.
        if path == directory.databasePath { try keepLogs(besides: other) }
        guard DirectoryEntry.rename(path, to: other) else { throw DatabaseCopy.failure(other) }
    }

    /// A kill between the new names of a store and its log would part the two.
    private func keepLogs(besides former: String) throws(StoreError) {
        let here = directory.databasePath
        for ending in DataDirectory.logs where StoreBackup.size(here + ending) > 0 {
            try copy(here + ending, to: former + ending)
        }
        // After that, too.
        if try foldLog() { try removeLogs(of: former) }
    }

    /// On such a file system a restore of an earlier version that was killed has left the log of the store that it renamed.
    private func keepLoneLogs() throws(StoreError) {
        guard let former = directory.formerStores.last else { return }
        let logs = DataDirectory.logs.map { (directory.databasePath + $0, former + $0) }
        for (log, kept) in logs where StoreBackup.size(log) > 0 {
            if unsafe access(kept, F_OK) != 0 { try name(log, kept) }
        }
    }

    /// The backup's key stands beside the one that is here until the store is in its place: whoever opens it after a kill takes
    /// the one that fits. The former one is kept with the former store.
    private func bring(_ keyFile: String, at place: String) throws(StoreError) {
        if unsafe access(directory.keyPath, F_OK) == 0 { try copy(directory.keyPath, to: place + ".key") }
        try copy(keyFile, to: directory.nextKeyPath)
    }

    /// A log beside another database would be played into that.
    private func removeLogs(of database: String) throws(StoreError) {
        for ending in DataDirectory.logs + ["-shm"] {
            let path = database + ending
            guard DirectoryEntry.remove(path) else { throw DatabaseCopy.failure(path) }
        }
    }

    /// `signalbox.replaced-1` and so on.
    private func unusedPath() -> String {
        let places = (1...Int.max).lazy.map { "\(directory.path)/signalbox.replaced-\($0)" }
        let endings = [".sqlite", ".key"] + DataDirectory.logs.map { ".sqlite" + $0 }
        return places.first { place in endings.allSatisfy { unsafe access(place + $0, F_OK) != 0 } }
            ?? directory.path + "/signalbox.replaced"
    }
}
