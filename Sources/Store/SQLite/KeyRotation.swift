package import Domain
import Foundation
import GRDB
import Glibc

/// Encrypts the secrets of a store that nobody uses with another key.
///
/// All of them change in one transaction, so that at any moment one key opens all. Where the key is the data directory's
/// file, the new one stands beside it before that transaction and takes its place after it: whoever opens the store after a
/// kill in between finds the one that fits.
package struct KeyRotation {
    /// Where a kill could meet it.
    enum Step: Sendable, CaseIterable {
        case keyIsWritten, secretsAreSealed, keyIsInPlace
    }

    private let directory: DataDirectory
    private let lock: DirectoryLock

    /// Takes the directory for itself.
    ///
    /// - Throws: `StoreError`, `.locked` where a node is running.
    package init(dataDirectory: String) throws(StoreError) {
        guard unsafe access(dataDirectory + "/signalbox.sqlite", F_OK) == 0 else {
            throw StoreError(.unreadable, "There is no store in \(dataDirectory); name its directory with --data-dir.")
        }
        directory = try DataDirectory(preparing: dataDirectory)
        lock = try DirectoryLock(path: directory.lockPath)
    }

    /// - Parameters:
    ///   - given: the key now; nil: the key file of the data directory, which is given a fresh one.
    ///   - new: the key from now on, where one was given.
    ///   - entry: what the audit trail is to say, in the same transaction.
    /// - Returns: of how many instances the secrets were encrypted anew.
    /// - Throws: `StoreError`; the former key is in force then.
    package func run(from given: GivenKey?, to new: GivenKey?, entry: AuditEntry) throws(StoreError) -> Int {
        try run(from: given, to: new, entry: entry) { _ in }
    }

    func run(
        from given: GivenKey?,
        to new: GivenKey?,
        entry: AuditEntry,
        reached: (Step) throws -> Void
    ) throws(StoreError) -> Int {
        defer { withExtendedLifetime(lock) {} }
        do {
            let (old, fresh) = try keys(given, new)
            let queue = try Self.writing(directory)
            defer { try? queue.close() }
            guard let sealed = try queue.read(Self.sealedCheck) else { throw Self.noStore(directory) }
            let former = try directory.secrets(old, opening: sealed)
            let next: SecretBox
            if let fresh {
                next = SecretBox(fresh)
                guard !next.opens(sealed, place: SecretBox.check) else {
                    throw StoreError(.other, "SIGNALBOX_NEW_KEY is the key that is in use already; give another one.")
                }
            } else {
                try SecretKey.create(directory.nextKeyPath)
                // Before anything needs it.
                try DatabaseCopy.syncDirectory(of: directory.nextKeyPath)
                next = SecretBox(try SecretKey(file: directory.nextKeyPath, mayCreate: false))
            }
            try reached(.keyIsWritten)
            let count = try queue.writeWithoutTransaction { db in
                // What the former key opens is not to stay in pages that are free.
                try db.execute(sql: "PRAGMA secure_delete = ON")
                var count = 0
                try db.inTransaction(.immediate) {
                    count = try Self.seal(from: former, to: next, db)
                    try entry.insert(db)
                    return .commit
                }
                return count
            }
            try reached(.secretsAreSealed)
            if fresh == nil { try directory.takeNextKey() }
            try reached(.keyIsInPlace)
            // Nor in the log.
            try queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            return count
        } catch {
            throw StoreError(error, path: directory.databasePath)
        }
    }

    /// What a rotation left that was ended in the middle is brought to its end, or undone.
    static func settle(_ directory: DataDirectory) throws {
        guard unsafe access(directory.nextKeyPath, F_OK) == 0, unsafe access(directory.databasePath, F_OK) == 0 else {
            return
        }
        let queue = try StoreBackup.reading(directory.databasePath)
        defer { try? queue.close() }
        if let sealed = try queue.read(sealedCheck) { _ = try directory.secrets(nil, opening: sealed) }
    }

    // MARK: Parts

    /// The two keys, where they were given and not files.
    private func keys(_ given: GivenKey?, _ new: GivenKey?) throws(StoreError) -> (old: SecretKey?, new: SecretKey?) {
        switch (given, new) {
        case (nil, nil): return (nil, nil)
        case (let given?, let new?): return (try SecretKey(given), try SecretKey(new))
        case (let given?, nil):
            throw StoreError(
                .other,
                "The key stands in \(given.source); give the new one as SIGNALBOX_NEW_KEY (openssl rand -base64 32), and put "
                    + "it there afterwards."
            )
        case (nil, .some):
            throw StoreError(
                .other,
                "The key stands in \(directory.keyPath), which is given a fresh one; leave SIGNALBOX_NEW_KEY out."
            )
        }
    }

    private static func writing(_ directory: DataDirectory) throws -> DatabaseQueue {
        let endedBadly = directory.hasLog
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .timeout(Double(Limit.databaseLock.milliseconds) / 1000)
        configuration.label = "signalbox key rotation"
        let queue = try DatabaseQueue(path: directory.databasePath, configuration: configuration)
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            let migrator = Schema.migrator
            if try migrator.hasBeenSuperseded(db) {
                throw StoreError(
                    .newerVersion,
                    "The database \(directory.databasePath) was written by a newer Signalbox; rotate its key with that version."
                )
            }
            guard try migrator.hasCompletedMigrations(db) else {
                throw StoreError(
                    .other,
                    "The database \(directory.databasePath) is of an earlier version; start `signalbox serve` once before."
                )
            }
            // Closing it takes the mark away by which the next start would know to look at it.
            if endedBadly, let fault = try DatabaseCopy.damage(db) {
                throw StoreError(
                    .corrupt,
                    "The database \(directory.databasePath) is damaged (\(fault)); restore a backup, and rotate its key."
                )
            }
        }
        return queue
    }

    private static func sealedCheck(_ db: Database) throws -> Data? {
        guard try db.tableExists("meta") else { return nil }
        return try Data.fetchOne(db, sql: "SELECT value FROM meta WHERE name = 'key'")
    }

    private static func seal(from former: SecretBox, to next: SecretBox, _ db: Database) throws -> Int {
        let rows = try Row.fetchAll(db, sql: "SELECT id, secrets FROM instance")
        for row in rows {
            let (id, secrets): (InstanceID, Data) = (row[0], row[1])
            let place = InstanceRecord.place(id)
            try db.execute(
                sql: "UPDATE instance SET secrets = ? WHERE id = ?",
                arguments: [next.seal(former.open(secrets, place: place), place: place), id]
            )
        }
        try db.execute(
            sql: "UPDATE meta SET value = ? WHERE name = 'key'",
            arguments: [next.seal("signalbox", place: SecretBox.check)]
        )
        return rows.count
    }

    private static func noStore(_ directory: DataDirectory) -> StoreError {
        StoreError(.other, "Nothing is encrypted in \(directory.path) yet; there is no key to rotate.")
    }
}

extension DataDirectory {
    /// What opens the secrets of a store: by the key that was given, or by the key file. Nil where nothing was sealed yet.
    ///
    /// Where a rotation was ended before its key had its place, that is put there; one that was ended before the store was
    /// encrypted with its key leaves nothing.
    func secrets(_ given: SecretKey?, opening sealed: Data?) throws(StoreError) -> SecretBox {
        if let given {
            let box = SecretBox(given)
            if let sealed { _ = try box.open(sealed, place: SecretBox.check) }
            return box
        }
        if let sealed, unsafe access(nextKeyPath, F_OK) == 0 {
            let next = try? SecretBox(SecretKey(file: nextKeyPath, mayCreate: false))
            if next?.opens(sealed, place: SecretBox.check) == true {
                try takeNextKey()
            } else {
                _ = unsafe unlink(nextKeyPath)
            }
        }
        let box = SecretBox(try SecretKey(file: keyPath, mayCreate: sealed == nil))
        if let sealed { _ = try box.open(sealed, place: SecretBox.check) }
        return box
    }

    /// The former key is gone then.
    func takeNextKey() throws(StoreError) {
        guard unsafe rename(nextKeyPath, keyPath) == 0 else { throw DatabaseCopy.failure(keyPath) }
        try DatabaseCopy.syncDirectory(of: keyPath)
    }
}
