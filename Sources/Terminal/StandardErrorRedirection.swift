import Glibc

/// Keeps diagnostics off the screen while it is drawn: standard error goes to a file until `restore`.
package struct StandardErrorRedirection: ~Copyable {
    private let original: Int32

    /// Bytes from which on a new file is begun; the one before stays beside it as `PATH.1`.
    private static let longestFile = 8 << 20

    /// Appends what is written to standard error to the file at `path`, made with mode 0600.
    package init(to path: String) throws(TerminalError) {
        var status = stat()
        if unsafe stat(path, &status) == 0, status.st_size >= Self.longestFile { unsafe rename(path, path + ".1") }
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .cannotRedirect(path: path) }
        original = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
        dup2(file, STDERR_FILENO)
        close(file)
    }

    /// Lets standard error be what it was.
    package consuming func restore() {}

    deinit {
        guard original >= 0 else { return }
        dup2(original, STDERR_FILENO)
        close(original)
    }
}
