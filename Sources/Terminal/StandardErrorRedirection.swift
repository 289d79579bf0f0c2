import Glibc

/// Keeps diagnostics off the screen while it is drawn: standard error goes to a file until `restore`.
package struct StandardErrorRedirection: ~Copyable {
    private let original: Int32
    /// Why nothing of it is kept, in a sentence; nil where it is.
    package let problem: String?

    /// Appends what is written to standard error to the file at `path`, made with mode 0600.
    package init(to path: String) {
        var status = stat()
        if unsafe stat(path, &status) == 0, status.st_size >= RedirectedLog.longest { unsafe rename(path, path + ".1") }
        var file = RedirectedLog.open(path)
        if file >= 0 {
            problem = nil
            RedirectedLog.begin(at: path)
        } else {
            problem =
                "Diagnostics are lost until you leave, as \(path) can't be written "
                + "(\(unsafe String(cString: strerror(errno)))); check its owner."
            file = unsafe open("/dev/null", O_WRONLY | O_CLOEXEC)
        }
        original = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
        dup2(file, STDERR_FILENO)
        close(file)
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
