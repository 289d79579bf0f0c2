import Glibc

/// Whether there is something at a path. A place that this user may not look at is not empty: who takes it for that makes a
/// second store beside the first one, or sends a person to look for what is there.
package enum FilePresence: Hashable, Sendable {
    case there
    case missing
    /// Nobody can tell from here; with the number of the system's error.
    case unknown(CInt)

    package init(of path: String) {
        guard unsafe access(path, F_OK) != 0 else {
            self = .there
            return
        }
        let code = errno
        self = [ENOENT, ENOTDIR].contains(code) ? .missing : .unknown(code)
    }

    /// What the system says of an error, in words.
    package static func reason(_ code: CInt) -> String { unsafe String(cString: strerror(code)) }
}
