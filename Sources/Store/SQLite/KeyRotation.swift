package import Domain
import Foundation
import GRDB
import Glibc
import Primitives

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
        guard try DataDirectory.hasStore(in: dataDirectory) else {
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
            let (check, successors) = try queue.read { (try Self.sealedCheck($0), try Self.successors($0)) }
            guard let sealed = check else { throw Self.noStore(at: directory.path) }
            let former = try directory.secrets(old, of: given?.source, opening: sealed, successors: successors)
            let next: SecretBox
            if let fresh {
                next = SecretBox(fresh)
                guard !next.opens(sealed, context: SecretBox.check) else { throw StoreError.sameKey }
            } else {
                next = try Self.freshKey(directory)
            }
            try reached(.keyIsWritten)
            let count = try queue.writeWithoutTransaction { db in
                // What the former key opens is not to stay in pages that are free.
                try db.execute(sql: "PRAGMA secure_delete = ON")
                var count = 0
                try db.inTransaction(.immediate) {
                    count = try Self.seal(from: former, to: next, db)
                    try Self.forgetSuccessors(db)
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
        try Self.check(givenBy: given?.source, new, directory)
        guard let given, let new else { return (nil, nil) }
        return (try SecretKey(given), try SecretKey(new))
    }

    /// Whether the new key is to be given, as the one now was.
    static func check(givenBy source: String?, _ new: GivenKey?, _ directory: DataDirectory) throws(StoreError) {
        switch (source, new) {
        case (nil, nil), (.some, .some): return
        case (let source?, nil):
            throw StoreError(
                .other,
                "The key stands in \(source); give the new one as SIGNALBOX_NEW_KEY (openssl rand -base64 32), and put "
                    + "it there afterwards."
            )
        case (nil, .some):
            throw StoreError(
                .other,
                "The key stands in \(directory.keyPath), which is given a fresh one; leave SIGNALBOX_NEW_KEY out."
            )
        }
    }

    /// Written beside the key file.
    static func freshKey(_ directory: DataDirectory) throws -> SecretBox {
        try SecretKey.create(directory.nextKeyPath)
        return SecretBox(try SecretKey(file: directory.nextKeyPath, mayCreate: false))
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

    static func sealedCheck(_ db: Database) throws -> Data? {
        guard try db.tableExists("meta") else { return nil }
        return try Data.fetchOne(db, sql: "SELECT value FROM meta WHERE name = 'key'")
    }

    static func seal(from former: SecretBox, to next: SecretBox, _ db: Database) throws -> Int {
        let rows = try Row.fetchAll(db, sql: "SELECT id, secrets FROM instance")
        for row in rows {
            let (id, secrets): (InstanceID, Data) = (row[0], row[1])
            let context = InstanceRecord.secretContext(id)
            try db.execute(
                sql: "UPDATE instance SET secrets = ? WHERE id = ?",
                arguments: [next.seal(former.open(secrets, context: context), context: context), id]
            )
        }
        try db.execute(
            sql: "UPDATE meta SET value = ? WHERE name = 'key'",
            arguments: [next.seal("signalbox", context: SecretBox.check)]
        )
        return rows.count
    }

    static func noStore(at place: String) -> StoreError {
        StoreError(.other, "Nothing is encrypted in \(place) yet; there is no key to rotate.")
    }

    // MARK: Keys that were changed while a node ran

    /// The key in force, sealed with each of those before it.
    static func successors(_ db: Database) throws -> [Data] {
        guard try db.tableExists("meta") else { return [] }
        return try Data.fetchAll(db, sql: "SELECT value FROM meta WHERE name LIKE 'key after %'")
    }

    static func forgetSuccessors(_ db: Database) throws {
        try db.execute(sql: "DELETE FROM meta WHERE name LIKE 'key after %'")
    }

    /// These alone.
    static func forget(_ successors: [Data], _ db: Database) throws {
        for successor in successors {
            try db.execute(
                sql: "DELETE FROM meta WHERE name LIKE 'key after %' AND value = ?",
                arguments: [successor]
            )
        }
    }

    static func saveSuccessor(_ key: GivenKey, of former: [SecretBox], _ db: Database) throws {
        try forgetSuccessors(db)
        for (number, box) in former.enumerated() {
            try db.execute(
                sql: "INSERT INTO meta (name, value) VALUES (?, ?)",
                arguments: ["key after \(number)", box.seal(key.text.exposed, context: SecretBox.successor)]
            )
        }
    }
}

extension DataDirectory {
    /// What opens the secrets of a store: by the key that was given, or by the key file. Nil where nothing was sealed yet.
    /// `successors` are what a key that was given, by a `source`, leads to where it was changed since.
    ///
    /// Where a rotation was ended before its key had its place, that is put there; one that was ended before the store was
    /// encrypted with its key leaves nothing.
    func secrets(
        _ given: SecretKey?,
        of source: String? = nil,
        opening sealed: Data?,
        successors: [Data] = []
    ) throws(StoreError) -> SecretBox {
        if let given {
            let box = SecretBox(given)
            guard let sealed, !box.opens(sealed, context: SecretBox.check) else { return box }
            for successor in successors {
                guard let text = try? box.open(successor, context: SecretBox.successor),
                    let next = SecretKey(text: text).map({ SecretBox($0) }),
                    next.opens(sealed, context: SecretBox.check)
                else { continue }
                return next
            }
            throw Self.wrongKey(source ?? "SIGNALBOX_KEY")
        }
        if let sealed, unsafe access(nextKeyPath, F_OK) == 0 {
            let next = try? SecretBox(SecretKey(file: nextKeyPath, mayCreate: false))
            if next?.opens(sealed, context: SecretBox.check) == true {
                try takeNextKey()
            } else {
                _ = unsafe unlink(nextKeyPath)
            }
        }
        let box = SecretBox(try SecretKey(file: keyPath, mayCreate: sealed == nil))
        if let sealed, !box.opens(sealed, context: SecretBox.check) { throw Self.wrongKey(keyPath) }
        return box
    }

    /// Which of the places of a key was looked at is half of the way out.
    private static func wrongKey(_ source: String) -> StoreError {
        StoreError(
            .corrupt,
            "The key in \(source) does not open the secrets of this data directory; give the key that it was made with (its "
                + "key file, the systemd credential signalbox-key, or SIGNALBOX_KEY)."
        )
    }

    /// The former key is gone then.
    func takeNextKey() throws(StoreError) {
        guard DirectoryEntry.rename(nextKeyPath, to: keyPath) else { throw DatabaseCopy.failure(keyPath) }
    }
}
