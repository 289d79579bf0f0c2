import Foundation
import Glibc
import Primitives

/// The directory that holds everything durable: readable by its owner alone, used by one process at a time.
package struct DataDirectory: Sendable {
    package let path: String

    package var databasePath: String { Self.databasePath(in: path) }
    /// The index of words, which is made anew where it is missing.
    package var wordsPath: String { path + "/words.sqlite" }
    package var keyPath: String { path + "/key" }
    /// Where a rotation puts the new key until the store is encrypted with it.
    package var nextKeyPath: String { Self.nextKeyPath(in: path) }
    package var lockPath: String { path + "/" + DirectoryLock.fileName }

    /// Of a directory that is not to be made.
    package static func databasePath(in directory: String) -> String { directory + "/signalbox.sqlite" }

    /// Whether a directory that is not to be made holds a store.
    ///
    /// - Throws: `StoreError` where this user can't tell.
    package static func hasStore(in directory: String) throws(StoreError) -> Bool {
        switch FilePresence(of: databasePath(in: directory)) {
        case .there: return true
        case .missing: return false
        case .unknown(let code):
            throw StoreError(
                .unreadable,
                "Whether \(directory) holds a store can't be told (\(FilePresence.reason(code))); run this as its owner, or "
                    + "check who may enter it and the folders above it."
            )
        }
    }

    static func nextKeyPath(in directory: String) -> String { directory + "/key.next" }

    /// One to be looked at: nothing is made or closed.
    init(existing path: String) { self.path = path }

    /// Makes the directory if it is missing and closes it to others.
    package init(preparing path: String) throws(StoreError) {
        self.path = path
        var about = stat()
        if unsafe stat(path, &about) == 0, about.st_mode & S_IFMT != S_IFDIR {
            throw Self.unusable(path, "it is not a directory")
        }
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw Self.unusable(path, "it can't be made (\(Self.reason(of: error)))")
        }
        guard unsafe access(path + "/.", F_OK) == 0 else { throw Self.unusable(path, Self.refusal(errno)) }
        // Others must not read what an org says about its customers.
        _ = unsafe chmod(path, 0o700)
        guard unsafe access(path, R_OK | W_OK | X_OK) == 0 else {
            throw Self.unusable(path, "it can't be read and written (\(Self.reason))")
        }
    }

    /// Why it can't be entered, which only its owner may be able to.
    static func refusal(_ code: Int32) -> String {
        code == ENOTDIR ? "it is not a directory" : "it can't be entered (\(FilePresence.reason(code)))"
    }

    /// Whether a path leads to this directory, however it is spelled.
    func isSame(as other: String) -> Bool {
        var (first, second) = (stat(), stat())
        guard unsafe stat(path, &first) == 0, unsafe stat(other, &second) == 0 else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    /// Makes the file of a database before SQLite does, so that it and its WAL never stand open to others.
    package func prepareFile(_ path: String) throws(StoreError) {
        let file = OwnedFile.open(path, O_RDWR)
        guard file >= 0 else {
            throw StoreError(
                .unreadable,
                "The database \(path) can't be opened (\(Self.reason)); check its owner and permissions."
            )
        }
        fchmod(file, 0o600)
        Glibc.close(file)
    }

    /// Bytes that are free for this user on the directory's file system.
    package var freeBytes: Int64? { FreeSpace(at: path)?.bytes }

    /// Takes the index of words away, with what SQLite keeps beside it.
    func removeWords() {
        for ending in ["", "-wal", "-shm", Self.damageMark] { _ = unsafe unlink(wordsPath + ending) }
    }

    /// Takes away what a change of version left of its copy of the database that was killed meanwhile; nobody else makes one.
    func removePartialCopies() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        for name in names where name.hasPrefix("signalbox.version-") && name.contains(".part") {
            _ = unsafe unlink(path + "/" + name)
        }
    }

    /// Ends the name of an empty file that says that the one beside it can't be used.
    static let damageMark = "-damaged"

    /// Bytes of the database, of its index of words, and of what SQLite keeps beside them.
    package var usedBytes: Int64? {
        let sizes = [databaseBytes, Self.bytes(wordsPath)].compactMap { $0 }
        return sizes.isEmpty ? nil : sizes.reduce(0, +)
    }

    /// Bytes of the database alone, with its log.
    var databaseBytes: Int64? { Self.bytes(databasePath) }

    private static func bytes(_ path: String) -> Int64? {
        let sizes = [path, path + "-wal"].compactMap { path in
            try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64
        }
        return sizes.isEmpty ? nil : sizes.reduce(0, +)
    }

    /// Whether SQLite's log holds something: whoever closes the store folds it back.
    package var hasLog: Bool {
        let size = try? FileManager.default.attributesOfItem(atPath: databasePath + "-wal")[.size] as? Int64
        return (size ?? 0) > 0
    }

    /// What the last system call said, in words.
    package static var reason: String { unsafe String(cString: strerror(errno)) }

    /// What kept the library from a file: its last system call is not the one that failed.
    private static func reason(of error: any Error) -> String {
        guard let cause = (error as? CocoaError)?.underlying as? POSIXError else {
            return "look at the folders above it"
        }
        return unsafe String(cString: strerror(cause.code.rawValue))
    }

    private static func unusable(_ path: String, _ why: String) -> StoreError {
        StoreError(
            .unreadable,
            "The data directory \(path) can't be used: \(why); name another with --data-dir or mend its permissions."
        )
    }
}
