import Glibc

/// Files of a data directory belong to whom the directory belongs, whoever makes them: a service that runs as a user of its own
/// must be able to read what root left there.
package enum OwnedFile {
    /// Gives a file that was just made to the owner of its directory. Without the rights for that it stays as it is.
    ///
    /// Never for one that may have been there before: the owner of the directory chose what such a name leads to.
    package static func adopt(_ file: CInt, at path: String) {
        var about = stat()
        guard geteuid() == 0, unsafe stat(directory(of: path), &about) == 0, about.st_uid != 0 else { return }
        fchown(file, about.st_uid, about.st_gid)
    }

    /// Opens a file for its owner alone, and makes it if it is missing; below 0 with `errno` where that can't be.
    package static func open(_ path: String, _ flags: CInt) -> CInt {
        let made = unsafe Glibc.open(path, flags | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if made >= 0 {
            adopt(made, at: path)
            return made
        }
        return errno == EEXIST ? unsafe Glibc.open(path, flags | O_CREAT | O_CLOEXEC, 0o600) : made
    }

    /// Writes a small file anew, beside its place and then into it, so that nobody reads half of it. False with `errno` where
    /// that can't be.
    package static func replace(_ path: String, with bytes: [UInt8]) -> Bool {
        let draft = "\(path).\(getpid())"
        // One that was left there may be somebody else's.
        _ = unsafe unlink(draft)
        let file = open(draft, O_WRONLY)
        guard file >= 0 else { return false }
        let written = unsafe bytes.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
        close(file)
        if written == bytes.count, unsafe rename(draft, path) == 0 { return true }
        let code = errno
        _ = unsafe unlink(draft)
        errno = code
        return false
    }

    package static func directory(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: 0x2F) else { return "." }
        return String(path[...slash])
    }
}
