import Glibc

/// Names of files, given and taken away for good: on return they are on disk. A file that was synced can still lose its name
/// with the power, as that is its directory's.
///
/// Each says whether all went well, else `errno` says why not.
package enum DirectoryEntry {
    /// Gives a file another name, in the place of what had it.
    package static func rename(_ path: String, to name: String) -> Bool {
        unsafe Glibc.rename(path, name) == 0 && sync(of: name)
    }

    /// Gives a file a further name; false with `EEXIST` where there is one, which is on disk then, too.
    package static func link(_ path: String, to name: String) -> Bool {
        if unsafe Glibc.link(path, name) == 0 { return sync(of: name) }
        if errno == EEXIST, sync(of: name) { errno = EEXIST }
        return false
    }

    /// Takes a name away, if it is there.
    package static func remove(_ path: String) -> Bool {
        if unsafe Glibc.unlink(path) == 0 { return sync(of: path) }
        return errno == ENOENT
    }

    /// Waits until the names in a file's directory are on disk.
    package static func sync(of path: String) -> Bool {
        let folder = unsafe open(OwnedFile.directory(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // One that may be written and not read can't be opened for that.
        guard folder >= 0 else { return errno == EACCES }
        let isDone = fsync(folder) == 0
        let code = errno
        close(folder)
        errno = code
        // Some file systems, as those behind FUSE, do that for files alone: there is nothing to be waited for.
        return isDone || [EINVAL, EOPNOTSUPP, EROFS].contains(code)
    }
}
