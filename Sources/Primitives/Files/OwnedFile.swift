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

    /// Opens a file for its owner alone, and makes it if it is missing; below 0 with `errno` where that can't be, which is
    /// `ELOOP` for root at a link of another user's.
    package static func open(_ path: String, _ flags: CInt) -> CInt {
        let made = make(path, flags)
        guard made < 0, errno == EEXIST else { return made }
        do throws(Fault) { return try follow(path, flags | O_CREAT) } catch {
            errno = error.code
            return -1
        }
    }

    /// Makes one that is not there yet.
    private static func make(_ path: String, _ flags: CInt) -> CInt {
        let made = unsafe Glibc.open(path, flags | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if made >= 0 { adopt(made, at: path) }
        return made
    }

    /// Writes all of it to an open file. False with `errno` where that can't be: a write that takes a part names no reason, but
    /// the one of the rest does.
    package static func write(_ bytes: ArraySlice<UInt8>, to file: CInt) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count == 0 { errno = ENOSPC }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Writes a small file anew, beside its place and then into it, so that nobody reads half of it; with `isDurable`, whenever
    /// the power goes. False with `errno` where that can't be.
    package static func replace(_ path: String, with bytes: [UInt8], isDurable: Bool = false) -> Bool {
        let draft = "\(path).\(getpid())"
        // One that was left there may be somebody else's.
        _ = unsafe unlink(draft)
        let file = make(draft, O_WRONLY)
        guard file >= 0 else { return false }
        let isWritten = write(bytes[...], to: file) && (!isDurable || fsync(file) == 0)
        var code = errno
        close(file)
        if isWritten {
            let isInPlace =
                if isDurable { DirectoryEntry.rename(draft, to: path) } else { unsafe rename(draft, path) == 0 }
            if isInPlace { return true }
            code = errno
        }
        _ = unsafe unlink(draft)
        errno = code
        return false
    }

    package static func directory(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: 0x2F) else { return "." }
        return String(path[...slash])
    }
}
