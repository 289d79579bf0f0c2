import Dispatch
import Domain
import Foundation
import GRDB
package import Logging
import Primitives
import Synchronization

/// The event store of one process, in one SQLite file of the data directory.
///
/// Writes go through `CommitQueue`; reads run beside them on the pool's readers and see the last commit.
package final class SQLiteStore: EventStore {
    /// What can be set from outside.
    package struct Options: Sendable, Hashable, SecretBearing {
        /// The key that secrets are encrypted with; nil: the data directory's key file.
        package var key: GivenKey?
        /// The node's own directory, where it is another one; no other process may use it meanwhile.
        package var directory: String?
        /// Whether it may be open in the middle of a move into it.
        package var mayBeMoving = false

        package init(key: GivenKey? = nil) { self.key = key }
    }

    let pool: DatabasePool
    let queue: CommitQueue
    let words: WordFile
    /// Whoever changes which events the index of words holds, one after the other: what one has read of the events still
    /// holds when it writes.
    let wordChanges = AsyncSemaphore(1)
    let claims = ProcessClaims()
    /// What was stored a moment ago and is about to be delivered.
    let fresh = Locked(FreshNotifications())
    /// Where the key stands; nil: in the data directory's file.
    let keySource: String?
    let isRotating = Atomic(false)
    /// What led from former keys to the one in force, needed by nobody any more, and could not go at the start.
    let staleSuccessors = Locked<[Data]>([])
    let directory: DataDirectory
    package let endedBadly: Bool
    let logger: Logger
    /// What people look at and search. Two of the pool's readers are left to deliveries and polls alone, whoever looks.
    let looks = AsyncSemaphore(4)
    /// Of these, what may have to look at events one by one.
    let scans = AsyncSemaphore(2)
    static let readers = 6
    private let locks: Locked<[DirectoryLock]>
    private let patience: LockPatience
    /// Nothing is read any more.
    let isClosing = Atomic(false)

    /// Opens or makes the store in a directory, which it keeps to itself until it is closed.
    package init(directory path: String, options: Options = .init(), logger: Logger) throws(StoreError) {
        let directory = try DataDirectory(preparing: path)
        let locks = try Self.lock(directory, own: options.directory)
        // A bad key is told before a database is made.
        let given = try options.key.map { (key) throws(StoreError) in try SecretKey(key) }
        try directory.settleRestore()
        try directory.prepareFile(directory.databasePath)
        self.directory = directory
        endedBadly = directory.hasLog
        self.logger = logger
        self.locks = Locked(locks)
        let patience = LockPatience()
        self.patience = patience
        do {
            let wordHealth = WordHealth(directory.wordsPath, logger)
            let pool = try Self.openPool(directory, patience, wordHealth)
            try Self.migrate(pool, directory, logger)
            // Before anything is read: readers see it beside the database.
            let words = WordFile(directory, patience, wordHealth)
            try Self.settleWords(words, pool)
            let (sealed, successors) = try pool.read {
                (try KeyRotation.sealedCheck($0), try KeyRotation.successors($0))
            }
            let secrets = try directory.secrets(
                given,
                of: options.key?.source,
                opening: sealed,
                successors: successors
            )
            let former = given.map { SecretBox($0) }.flatMap { given in
                sealed.flatMap { given.opens($0, context: SecretBox.check) ? nil : given }
            }
            var stale: [Data] = []
            if former != nil, let source = options.key?.source {
                logger.warning(
                    "\(source) still holds the former key of stored secrets, which was changed while a node ran; put the new one there"
                )
            } else if !successors.isEmpty {
                stale = Self.leaving(successors, pool, logger)
            }
            if sealed == nil {
                let check = try secrets.seal("signalbox", context: SecretBox.check)
                try pool.write {
                    try $0.execute(sql: "INSERT INTO meta (name, value) VALUES ('key', ?)", arguments: [check])
                }
            }
            if !options.mayBeMoving, try pool.read({ try Self.moveUnderWay($0) }) != nil {
                throw StoreError.isMoving("The directory \(directory.path)")
            }
            let state = try pool.read {
                try WriterState(reading: $0, secrets: secrets, former: [former].compactMap { $0 })
            }
            self.pool = pool
            self.words = words
            self.keySource = options.key?.source
            self.queue = CommitQueue(pool: pool, path: directory.databasePath, state: state)
            staleSuccessors.withLock { $0 = stale }
        } catch {
            throw StoreError(error, path: directory.databasePath)
        }
    }

    /// The node's own directory first, so that whoever has that one can be asked instead.
    private static func lock(_ directory: DataDirectory, own path: String?) throws(StoreError) -> [DirectoryLock] {
        guard let path, !directory.isSame(as: path) else { return [try DirectoryLock(path: directory.lockPath)] }
        let own = try DirectoryLock(path: DataDirectory(preparing: path).lockPath)
        do throws(StoreError) { return [own, try DirectoryLock(path: directory.lockPath)] } catch {
            guard error.kind == .locked else { throw error }
            throw StoreError(
                .held,
                "The store in \(directory.path) is in use by a node with another data directory; stop that one, name its "
                    + "--data-dir, or name another --store."
            )
        }
    }

    package func freeBytes() async -> Int64? { directory.freeBytes }

    /// The program ends: another one that holds the database is hardly waited for any more, and what can't be written for
    /// that fails.
    package func hurry() { patience.hurry() }

    /// Waits for what is being written, folds the WAL into the database and lets the directory go. Reads that are still
    /// under way are interrupted. Where another program holds the database, the WAL stays for the next start, whole.
    package func close() async throws {
        queue.close()
        defer { locks.withLock { $0 = [] } }
        do {
            // The writer's queue is serial: this runs after every job that was accepted.
            try await pool.writeWithoutTransaction { _ in }
            try await endReads()
            try await pool.barrierWriteWithoutTransaction { db in
                // An interrupt that met no statement stays set until the next one, and a checkpoint is none.
                _ = try Int.fetchOne(db, sql: "SELECT 1")
                do { _ = try db.checkpoint(.truncate) } catch let error as DatabaseError {
                    guard [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode) else { throw error }
                    logger.notice("Another program holds the database; what was written last stays in its WAL")
                }
            }
            try pool.close()
            do { try words.close() } catch {
                logger.notice("The index of words could not be closed", metadata: ["error": "\(error)"])
            }
        } catch {
            throw StoreError(error, path: directory.databasePath)
        }
    }

    /// Returns when no read is under way. A statement hears of an interrupt only while it runs, so that one is not enough.
    private func endReads() async throws {
        isClosing.store(true, ordering: .sequentiallyConsistent)
        let pool = pool
        let interrupting = Task {
            while !Task.isCancelled {
                // On the writer's own queue, where no statement of its own is running that would be interrupted, too.
                try? await pool.writeWithoutTransaction { _ in pool.interrupt() }
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
        defer { interrupting.cancel() }
        try await pool.barrierWriteWithoutTransaction { _ in }
        interrupting.cancel()
        await interrupting.value
    }

    /// Reads in one snapshot, for deliveries and polls; cancelling the task interrupts the statement. Where the index of words
    /// turns out to be unusable, the next one is begun, and it is read again: without words, events are looked at.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do { return try await readOnce(body) } catch is WordsLost {
            try await wordChanges.use { try? renewWords() }
        }
        do { return try await readOnce(body) } catch is WordsLost { throw words.lost }
    }

    /// The same in `wordChanges`, for what is then written to the index: nothing where the reader did not see it.
    func readWords<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            let value = try await readOnce(body)
            if words.health.isLost { throw WordsLost() }
            return value
        } catch is WordsLost {
            throw words.lost
        }
    }

    private func readOnce<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value
    {
        if isClosing.load(ordering: .relaxed) { throw StoreError.closed }
        let file = words.health.file
        do {
            return try await pool.read(body)
        } catch let error as CancellationError {
            throw error
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CORRUPT_VTAB {
            words.health.lose(file, error)
            throw WordsLost()
        } catch let fault as WordFault {
            let error = words.fault(fault, file)
            if WordFile.isUnusable(fault) { throw WordsLost() }
            throw error
        } catch {
            // Whatever a statement that was interrupted says of it, nothing is wrong with the database.
            if Task.isCancelled { throw CancellationError() }
            throw StoreError(error, path: directory.databasePath)
        }
    }

    /// The same, for what somebody looks at: it never takes the readers that deliveries and polls need.
    func look<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await looks.use { try await read(body) }
    }

    /// The same, for what may have to look at events one by one: few at a time.
    func scan<Value: Sendable>(
        _ filter: EventFilter,
        counting: Bool = false,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        guard filter.looksAtEvents(counting: counting) else { return try await look(body) }
        return try await scans.use { try await look(body) }
    }

    private static func openPool(
        _ directory: DataDirectory,
        _ patience: LockPatience,
        _ words: WordHealth
    ) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        configuration.maximumReaderCount = readers
        configuration.busyMode = .callback { patience.waits(afterTries: $0) }
        configuration.label = "signalbox"
        // Readers give way to the screen and to the writer, by the niceness that their threads get of it. The few reads of
        // deliveries and polls do, too: a pool has one quality for all.
        configuration.qos = .utility
        configuration.writeTargetQueue = DispatchQueue(label: "signalbox.writer", qos: .default)
        configuration.prepareDatabase { db in
            // First: tables that are temporary by then would go.
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            if db.configuration.readonly {
                try WordFile.attach(words, to: db)
            } else {
                // Takes effect on an empty file only: lets retention give space back without a rewrite.
                try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            }
            try db.execute(sql: "PRAGMA cache_size = -4000")
            // Mapped pages would count as resident memory.
            try db.execute(sql: "PRAGMA mmap_size = 0")
            SearchFunction.add(to: db)
        }
        let pool = try DatabasePool(path: directory.databasePath, configuration: configuration)
        try pool.writeWithoutTransaction { db in
            // The pool sets NORMAL with WAL, under which a power cut takes acknowledged commits.
            try db.execute(sql: "PRAGMA synchronous = FULL")
            try db.execute(sql: "PRAGMA cache_size = -16000")
            // The WAL is folded back each 4 MB, and cut after a burst. Whoever's commit meets that waits for it: each 16 MB
            // costs as much in all, and makes one in two hundred commits wait three times as long.
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 1000")
            try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
        }
        return pool
    }

    private static func migrate(_ pool: DatabasePool, _ directory: DataDirectory, _ logger: Logger) throws {
        let migrator = Schema.migrator
        // By the writer: readers look for the index of words, too.
        if try pool.writeWithoutTransaction({ try migrator.hasBeenSuperseded($0) }) {
            throw StoreError(
                .newerVersion,
                "The database \(directory.databasePath) was written by a newer Signalbox; run that version, or name another "
                    + "--data-dir."
            )
        }
        let applied = try pool.writeWithoutTransaction { try migrator.appliedIdentifiers($0) }
        let known = migrator.migrations.filter(applied.contains)
        if let last = known.last, known.count < migrator.migrations.count {
            try keepCopy(pool, directory, version: known.count, last, logger)
        }
        try migrator.migrate(pool)
    }

    /// What an earlier version wrote stays as it is, under a name that says which one it was: that version opens it again.
    private static func keepCopy(
        _ pool: DatabasePool,
        _ directory: DataDirectory,
        version: Int,
        _ name: String,
        _ logger: Logger
    ) throws {
        let words = name.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
        let path = "\(directory.path)/signalbox.version-\(version)-\(words).sqlite"
        // Before there is asked for room.
        directory.removePartialCopies()
        if let free = directory.freeBytes, let used = directory.databaseBytes, free < used {
            throw StoreError(
                .diskFull,
                "This version changes the database and keeps a copy of it as it is, for which \(ByteSize.text(used)) are needed "
                    + "in \(directory.path) and \(ByteSize.text(free)) are free; make room."
            )
        }
        logger.notice("The database is changed for this version; a copy of it as it is now is kept as \(path)")
        let copy = DatabaseCopy(to: path, of: directory.path, partial: path + ".part")
        try pool.writeWithoutTransaction { try copy.write(from: $0, mayReplace: true) }
    }
}
