import Domain
import Glibc
import Primitives

/// A small file that its owner alone may read and write. It is never half there: it is written beside its place.
enum SecretFile {
    /// More than any such file says.
    private static let mostBytes = 1 << 20

    /// What it holds; nil where there is none. Rights that let others read it are taken away.
    static func read(_ path: String) throws(OwnedFile.Fault) -> [UInt8]? {
        // What can't be looked at is read below, which says so: it is not to pass for none.
        guard FilePresence(of: path) != .missing else { return nil }
        return try OwnedFile.read(path, atMost: mostBytes)
    }

    /// Puts it there; with `replaces` in place of the one before, else only where there is none: of two first starts one
    /// wins.
    static func write(_ bytes: [UInt8], to path: String, replaces: Bool) throws(Credentials.Fault) {
        let draft = path + "." + RandomToken.make(bytes: 6)
        let file = unsafe open(draft, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw Credentials.Fault(
                message: "\(path) can't be written (\(reason(errno))); choose another --data-dir."
            )
        }
        OwnedFile.adopt(file, at: draft)
        defer { _ = unsafe unlink(draft) }
        let isDurable = OwnedFile.write(bytes[...], to: file) && fsync(file) == 0
        let fault = errno
        close(file)
        guard isDurable else {
            throw Credentials.Fault(
                message: "\(path) can't be written (\(reason(fault))); make room or choose another --data-dir."
            )
        }
        let isThere =
            replaces
            ? DirectoryEntry.rename(draft, to: path) : DirectoryEntry.link(draft, to: path) || errno == EEXIST
        guard isThere else {
            throw Credentials.Fault(
                message: "\(path) can't be written (\(reason(errno))); choose another --data-dir."
            )
        }
    }

    /// Removes it, if it is there.
    static func remove(_ path: String) throws(Credentials.Fault) {
        guard DirectoryEntry.remove(path) else {
            throw Credentials.Fault(message: "\(path) can't be removed (\(reason(errno))); remove it yourself.")
        }
    }

    /// Runs `change` while no other process changes files of the directory in this way.
    static func exclusively<Value>(
        in directory: String,
        _ change: () throws(Credentials.Fault) -> Value
    ) throws(Credentials.Fault) -> Value {
        let folder = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0, flock(folder, LOCK_EX) == 0 else {
            throw Credentials.Fault(
                message: "The data directory \(directory) can't be opened (\(reason(errno))); check --data-dir."
            )
        }
        defer {
            // A child between its fork and its exec would keep it otherwise.
            flock(folder, LOCK_UN)
            close(folder)
        }
        return try change()
    }

    /// Tells one state of a file from another without reading it.
    struct Stamp: Sendable, Hashable {
        private let parts: [Int64]

        /// Nil where there is none.
        init?(_ path: String) {
            var about = stat()
            guard unsafe stat(path, &about) == 0 else { return nil }
            parts = [
                Int64(truncatingIfNeeded: about.st_ino), Int64(about.st_size), Int64(about.st_mtim.tv_sec),
                Int64(about.st_mtim.tv_nsec),
            ]
        }
    }

    private static func reason(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
