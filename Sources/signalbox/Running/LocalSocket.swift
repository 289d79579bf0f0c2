import FoundationEssentials
import Glibc
import Primitives

/// Where a node with TLS is reached by the programs of its own data directory: a socket there that its owner alone may use.
/// A certificate for another name, one that has run out and a demand for client certificates don't keep them out.
enum LocalSocket {
    static let fileName = "management.sock"
    /// `sun_path` holds 108 bytes with the one that ends it.
    private static let longestPath = 100

    private static let folders = Locked<[String: CInt]>([:])

    /// From the root: whoever reads of it may be elsewhere.
    static func path(dataDirectory: String) -> String {
        let root = dataDirectory.hasPrefix("/") ? "" : FileManager.default.currentDirectoryPath + "/"
        return root + dataDirectory + "/" + fileName
    }

    /// The same socket by a path that is short enough for the system.
    static func usable(_ path: String) -> String {
        guard path.utf8.count > longestPath, let slash = path.lastIndex(of: "/") else { return path }
        let folder = String(path[..<slash])
        let descriptor = folders.withLock { folders -> CInt in
            if let known = folders[folder] { return known }
            let opened = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            if opened >= 0 { folders[folder] = opened }
            return opened
        }
        return descriptor < 0 ? path : "/proc/self/fd/\(descriptor)" + path[slash...]
    }

    /// Nobody but the owner; the directory keeps others away until then. Not what a link leads to, should the owner of the
    /// directory have put one in its place.
    static func protect(_ path: String) { _ = unsafe fchmodat(AT_FDCWD, path, 0o600, AT_SYMLINK_NOFOLLOW) }

    static func remove(dataDirectory: String) { _ = unsafe unlink(path(dataDirectory: dataDirectory)) }
}
