import Glibc

/// Keeps diagnostics off the screen while it is drawn: standard error goes to a file until `restore`.
package struct StandardErrorRedirection: ~Copyable {
    private let original: Int32

    /// Appends what is written to standard error to the file at `path`, made with mode 0600.
    package init(to path: String) throws(TerminalError) {
        var status = stat()
        if unsafe stat(path, &status) == 0, status.st_size >= RedirectedLog.longest { unsafe rename(path, path + ".1") }
        let file = RedirectedLog.open(path)
        guard file >= 0 else { throw .cannotRedirect(path: path) }
        original = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
        dup2(file, STDERR_FILENO)
        close(file)
        RedirectedLog.begin(at: path)
    }

    /// Lets standard error be what it was.
    package consuming func restore() {}

    deinit {
        RedirectedLog.end()
        guard original >= 0 else { return }
        dup2(original, STDERR_FILENO)
        close(original)
    }
}
