import GRDB
import Glibc
import Primitives

/// A copy of a database in one file: whole, checked, and on disk under its name only then.
struct DatabaseCopy {
    /// Pages that are copied at once; two megabytes.
    private static let pages: CInt = 512

    let path: String
    private let partial: String
    private let origin: String

    /// `origin` is the directory of the store that is copied. `partial` is where it stands until it is whole; by default
    /// beside its place, under a name that no other process takes.
    init(to path: String, of origin: String, partial: String? = nil) {
        self.path = path
        self.origin = origin
        self.partial = partial ?? "\(path).\(getpid()).part"
    }

    /// Copies what a connection sees in one snapshot, whoever writes meanwhile.
    ///
    /// - Throws: `StoreError`; nothing is left over then.
    func write(from source: Database, mayReplace: Bool) throws {
        try make(from: source)
        do { try takePlace(mayReplace: mayReplace) } catch {
            unlink(partial)
            throw error
        }
    }

    /// The same, but for its place.
    func make(from source: Database) throws {
        do {
            try prepare()
            try copy(source)
            try sync(partial)
        } catch {
            removePartial()
            throw error
        }
    }

    private func removePartial() { for name in ["", "-journal", "-wal", "-shm"] { unlink(partial + name) } }

    /// SQLite would make it for everyone to read.
    private func prepare() throws(StoreError) {
        removePartial()
        let file = unsafe open(partial, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.failure(path) }
        if isAmongItsOwn { OwnedFile.adopt(file, at: partial) }
        Glibc.close(file)
    }

    /// Whether the folder of the copy is that of whom the store belongs to: nobody else may read it.
    private var isAmongItsOwn: Bool {
        var (here, there) = (stat(), stat())
        guard unsafe stat(OwnedFile.directory(of: path), &here) == 0, unsafe stat(origin, &there) == 0 else {
            return false
        }
        return here.st_uid == there.st_uid
    }

    private func copy(_ source: Database) throws {
        var configuration = Configuration()
        configuration.label = "signalbox copy"
        // It has no name yet, so that nothing of it has to survive a crash.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = OFF") }
        let destination: DatabaseQueue
        do { destination = try DatabaseQueue(path: partial, configuration: configuration) } catch {
            throw StoreError(error, path: path)
        }
        do {
            try destination.inDatabase { db in
                try source.backup(to: db, pagesPerStep: Self.pages)
                // The copy is one file: without a log beside it.
                try db.execute(sql: "PRAGMA journal_mode = DELETE")
                if let fault = try Self.damage(db) {
                    throw StoreError(.corrupt, "The copy of the database is not whole (\(fault)); nothing was written.")
                }
            }
            try destination.close()
        } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL {
            try? destination.close()
            throw StoreError(.diskFull, "There is not enough space for \(path); make room or name another place.")
        } catch {
            try? destination.close()
            throw error
        }
    }

    /// The first fault that SQLite finds; nil in a database that is whole.
    static func damage(_ db: Database) throws -> String? {
        let said = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "no answer"
        return said == "ok" ? nil : said.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private func sync(_ path: String) throws(StoreError) {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Self.failure(path) }
        defer { Glibc.close(file) }
        guard fsync(file) == 0 else { throw Self.failure(path) }
    }

    /// Gives it its name, once it is made.
    func takePlace(mayReplace: Bool) throws(StoreError) {
        if mayReplace {
            guard DirectoryEntry.rename(partial, to: path) else { throw Self.failure(path) }
        } else {
            // A name, unlike a new one for an old file, is never given twice.
            guard DirectoryEntry.link(partial, to: path) else {
                throw errno == EEXIST ? Self.exists(path) : Self.failure(path)
            }
            unlink(partial)
        }
    }

    static func exists(_ path: String) -> StoreError {
        StoreError(.other, "\(path) is there already; name another file, or add --replace.")
    }

    static func failure(_ path: String) -> StoreError {
        StoreError(.unreadable, "\(path) can't be written (\(DataDirectory.reason)).")
    }

    private func unlink(_ path: String) { _ = unsafe Glibc.unlink(path) }
}
