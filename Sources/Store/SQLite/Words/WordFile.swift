import Dispatch
import GRDB
import Logging
import Primitives

/// The file that holds the index of words, beside the database whose events they are.
///
/// It is a file of its own because it has a writer of its own: nobody who stores an event waits while words are written. What
/// it holds can be made anew from the events, so that it isn't synced at each commit, a backup goes without it, and one that
/// can't be used is dropped (`WordHealth`).
///
/// Both files bear the number of an edition, which a purge changes in both, one after the other: where they differ, the index
/// belongs to another database, or to a state of this one that is gone. What a purge will take out of the index stands in
/// `removal` before the events go, with the edition that they go with, so that it is known after a crash whether they went.
///
/// Readers of the database see its tables under their own names, in the schema `search`; where it can't be opened they see
/// empty ones.
final class WordFile: Sendable {
    static let schema = "search"
    private static let version = 2
    /// Of files that know no common words: they go on as if their events had none.
    private static let versionWithoutCommon = 1

    private struct State {
        /// Nil where none could be made.
        var queue: DatabaseQueue?
        var isClosed = false
    }

    let health: WordHealth
    private let directory: DataDirectory
    private let patience: LockPatience
    private let state = Locked(State())

    /// Opens it, or makes one: also where there is one that can't be read, or of another version. Where that can't be done,
    /// it is tried again by `renew`.
    init(_ directory: DataDirectory, _ patience: LockPatience, _ health: WordHealth) {
        self.directory = directory
        self.patience = patience
        self.health = health
        do {
            try directory.prepareFile(health.path)
            if health.isMarked { throw Self.damage("found in use") }
            let queue = try Self.open(health.path, patience)
            state.withLock { $0.queue = queue }
        } catch {
            health.lose(health.file, error)
        }
    }

    private struct OtherVersion: Error {}

    private static func open(_ path: String, _ patience: LockPatience) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        configuration.journalMode = .wal
        configuration.busyMode = .callback { patience.waits(afterTries: $0) }
        configuration.label = "signalbox words"
        configuration.targetQueue = DispatchQueue(label: "signalbox.words", qos: .utility)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            // A crash of the process takes nothing, one of the machine the last steps, which are made again. It tears nothing
            // as long as the disk has written what it says it has; else the check of the database comes to it.
            try db.execute(sql: "PRAGMA synchronous = NORMAL")
            try db.execute(sql: "PRAGMA cache_size = -4000")
            try db.execute(sql: "PRAGMA mmap_size = 0")
            try db.execute(sql: "PRAGMA journal_size_limit = 16777216")
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.write { db in
            switch try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0 {
            case version: break
            case versionWithoutCommon:
                try db.execute(sql: commonTable(in: "main") + "PRAGMA user_version = \(version);")
            case 0: try makeTables(db)
            default: throw OtherVersion()
            }
        }
        return queue
    }

    private static func makeTables(_ db: Database) throws {
        try db.execute(sql: tables(in: "main") + "PRAGMA user_version = \(version);")
        // Merging is left to `mergeWords`: by itself FTS5 does it in whatever transaction writes the 64th page. Eight parts at
        // once and not four cost half as much for each event, and a search looks into some more.
        try db.execute(sql: "INSERT INTO words (words, rank) VALUES ('automerge', 0), ('usermerge', 8)")
    }

    /// FTS5 says of each word of an event in which column it stands, in two bytes, unless that is the first one: there stand most
    /// of them. Files of before have the name first, and stay as they are: whoever uses a column names it.
    private static func tables(in schema: String) -> String {
        """
        CREATE VIRTUAL TABLE \(schema).words USING fts5(
            value, name, kind, content = '', columnsize = 0, detail = full, tokenize = "ascii tokenchars '_'"
        );
        CREATE TABLE \(schema).indexed (
            first INTEGER NOT NULL, last INTEGER NOT NULL, edition INTEGER, next_edition INTEGER
        ) STRICT;
        INSERT INTO \(schema).indexed (first, last) VALUES (1, 0);
        CREATE TABLE \(schema).removal (
            sequence INTEGER PRIMARY KEY, name TEXT NOT NULL, value TEXT NOT NULL, kind TEXT NOT NULL
        ) STRICT;
        """ + commonTable(in: schema)
    }

    /// `CommonWords`, a row for each run of events.
    private static func commonTable(in schema: String) -> String {
        """
        CREATE TABLE \(schema).common (
            word TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (word, first)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX \(schema).common_last ON common (last);
        """
    }

    // MARK: Writing

    /// Runs `body` in a transaction of the file's own writer.
    func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        let file = health.file
        do { return try await writer().write(body) } catch { throw fault(error, file) }
    }

    /// The same, while the store is opened.
    func writeNow<Value>(_ body: (Database) throws -> Value) throws -> Value {
        let file = health.file
        do { return try writer().write(body) } catch { throw fault(error, file) }
    }

    private func writer() throws -> DatabaseQueue {
        let (queue, isClosed) = state.withLock { ($0.queue, $0.isClosed) }
        if isClosed { throw StoreError.closed }
        guard let queue else { throw Self.damage("can't be opened") }
        return queue
    }

    /// Another file in the place of one that can't be used. Whoever has a connection to that one still reads what it holds.
    func renew() throws {
        var next: DatabaseQueue?
        defer {
            let former = state.withLock { state -> DatabaseQueue? in
                if state.isClosed { return next }
                defer { state.queue = next }
                return state.queue
            }
            // SQLite leaves what is under its name alone, as that is another file by now.
            try? former?.close()
        }
        directory.removeWords()
        do {
            try directory.prepareFile(health.path)
            next = try Self.open(health.path, patience)
        } catch {
            directory.removeWords()
            throw StoreError(error, path: health.path)
        }
    }

    func close() throws {
        let queue = state.withLock { state in
            state.isClosed = true
            return state.queue
        }
        try queue?.close()
    }

    // MARK: Reading

    /// Shows its tables to a connection that only reads, and empty ones where that can't be: whoever reads something else
    /// must not suffer from it.
    static func attach(_ health: WordHealth, to db: Database) throws {
        let file = health.file
        do {
            try db.execute(sql: "ATTACH DATABASE ? AS \(schema)", arguments: [health.path])
            guard try Int.fetchOne(db, sql: "PRAGMA \(schema).user_version") == version else { throw OtherVersion() }
            try db.execute(sql: "PRAGMA \(schema).cache_size = -2000")
            try db.execute(sql: "PRAGMA \(schema).mmap_size = 0")
        } catch let error where !isOfReader(error) {
            health.lose(file, error)
            try? db.execute(sql: "DETACH DATABASE \(schema)")
            try db.execute(sql: tables(in: "temp"))
        }
    }

    /// Whether a connection that reads sees the file.
    static func isAttached(_ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: "SELECT EXISTS (SELECT 1 FROM pragma_database_list WHERE name = ?)",
            arguments: [schema]
        )
            ?? false
    }
}
