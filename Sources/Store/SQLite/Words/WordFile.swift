import Dispatch
import GRDB
import Glibc
import Logging
import Primitives

/// The file that holds the index of words, beside the database whose events they are.
///
/// It is a file of its own because it has a writer of its own: nobody who stores an event waits while words are written. What
/// it holds can be made anew from the events, so that it isn't synced at each commit, a backup goes without it, and a damaged
/// one is dropped.
///
/// Both files bear the number of an edition, which a purge changes in both, one after the other: where they differ, the index
/// belongs to another database, or to a state of this one that is gone. What a purge will take out of the index stands in
/// `removal` before the events go, with the edition that they go with, so that it is known after a crash whether they went.
///
/// Readers of the database see its tables under their own names, in the schema `search`.
final class WordFile: Sendable {
    static let schema = "search"
    private static let version = 1

    let path: String
    private let queue: DatabaseQueue

    /// Opens it, or makes one: also where there is one that can't be read, or of another version. All of it is read once where
    /// it `mayBeTorn`, as after a crash of the machine.
    init(_ directory: DataDirectory, _ patience: LockPatience, mayBeTorn: Bool, _ logger: Logger) throws {
        path = directory.wordsPath
        try directory.prepareFile(path)
        do {
            if unsafe access(path + DataDirectory.damageMark, F_OK) == 0 { throw Self.damage("found in use") }
            queue = try Self.open(path, patience, mayBeTorn: mayBeTorn)
        } catch let fault where Self.isDamage(fault) {
            logger.warning("The index of words can't be used and is made anew; searches are slow until then")
            directory.removeWords()
            try directory.prepareFile(path)
            queue = try Self.open(path, patience, mayBeTorn: false)
        }
    }

    private struct OtherVersion: Error {}

    /// Where the file, and not the disk or its owner, is the reason.
    static func isDamage(_ fault: any Error) -> Bool {
        if fault is OtherVersion { return true }
        return [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains((fault as? DatabaseError)?.resultCode)
    }

    private static func open(_ path: String, _ patience: LockPatience, mayBeTorn: Bool) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        configuration.journalMode = .wal
        configuration.busyMode = .callback { patience.waits(afterTries: $0) }
        configuration.label = "signalbox words"
        configuration.targetQueue = DispatchQueue(label: "signalbox.words", qos: .utility)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            // A crash of the process takes nothing, one of the machine the last steps, which are made again.
            try db.execute(sql: "PRAGMA synchronous = NORMAL")
            try db.execute(sql: "PRAGMA cache_size = -4000")
            try db.execute(sql: "PRAGMA mmap_size = 0")
            try db.execute(sql: "PRAGMA journal_size_limit = 16777216")
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.write { db in
            switch try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0 {
            case version: if mayBeTorn, let fault = try DatabaseCopy.damage(db) { throw Self.damage(fault) }
            case 0: try makeTables(db)
            default: throw OtherVersion()
            }
        }
        return queue
    }

    private static func damage(_ fault: String) -> DatabaseError {
        DatabaseError(resultCode: .SQLITE_CORRUPT, message: fault)
    }

    private static func makeTables(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE VIRTUAL TABLE words USING fts5(
                    name, value, kind, content = '', columnsize = 0, detail = full, tokenize = "ascii tokenchars '_'"
                );
                CREATE TABLE indexed (first INTEGER NOT NULL, last INTEGER NOT NULL, edition INTEGER, next_edition INTEGER) STRICT;
                INSERT INTO indexed (first, last) VALUES (1, 0);
                CREATE TABLE removal (
                    sequence INTEGER PRIMARY KEY, name TEXT NOT NULL, value TEXT NOT NULL, kind TEXT NOT NULL
                ) STRICT;
                PRAGMA user_version = \(version);
                """
        )
        // Merging is left to `mergeWords`: by itself FTS5 does it in whatever transaction writes the 64th page. Eight parts at
        // once and not four cost half as much for each event, and a search looks into some more.
        try db.execute(sql: "INSERT INTO words (words, rank) VALUES ('automerge', 0), ('usermerge', 8)")
    }

    /// Runs `body` in a transaction of the file's own writer.
    func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do { return try await queue.write(body) } catch { throw fault(error) }
    }

    /// The same, while the store is opened.
    func writeNow<Value>(_ body: (Database) throws -> Value) throws -> Value {
        do { return try queue.write(body) } catch { throw fault(error) }
    }

    /// What is said of an error of this file.
    private func fault(_ error: any Error) -> any Error {
        if error is CancellationError { return error }
        return Self.isDamage(error) ? dropped() : StoreError(error, path: path)
    }

    /// Damage that shows while it is used ends with the next start, which finds a mark beside the file. The file itself stays
    /// until then: each connection that reads events looks for it when it is opened.
    func dropped() -> StoreError {
        let mark = OwnedFile.open(path + DataDirectory.damageMark, O_RDWR)
        if mark >= 0 { Glibc.close(mark) }
        return StoreError(
            .corrupt,
            "The index of words \(path) is damaged; it is made anew when Signalbox is started again."
        )
    }

    func close() throws { try queue.close() }

    /// Shows its tables to a connection that only reads.
    static func attach(_ path: String, to db: Database) throws {
        try db.execute(sql: "ATTACH DATABASE ? AS \(schema)", arguments: [path])
        try db.execute(sql: "PRAGMA \(schema).cache_size = -2000")
        try db.execute(sql: "PRAGMA \(schema).mmap_size = 0")
    }
}
