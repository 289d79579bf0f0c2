import Glibc
import Primitives

/// The file that standard error goes to while a screen is drawn, kept from growing without end.
package enum RedirectedLog {
    /// Bytes from which on a new file is begun; the one before stays beside it as `PATH.1`.
    package static let longest = 8 << 20
    /// Lines between two looks at its size.
    private static let pace = 256

    private struct State {
        var path: String?
        var lines = 0
    }

    private static let state = Locked(State())

    static func begin(at path: String) { state.withLock { $0 = State(path: path) } }

    static func end() { state.withLock { $0 = State() } }

    /// To be called after each line.
    package static func rotateIfLong() {
        state.withLock { state in
            guard let path = state.path else { return }
            state.lines += 1
            guard state.lines >= pace else { return }
            state.lines = 0
            rotate(path, longest: longest)
        }
    }

    /// Begins the file anew if it is long; standard error goes to the new one. Where that fails the old one goes on.
    static func rotate(_ path: String, longest: Int) {
        var status = stat()
        guard unsafe fstat(STDERR_FILENO, &status) == 0, status.st_size >= longest,
            unsafe rename(path, path + ".1") == 0
        else { return }
        let file = open(path)
        guard file >= 0 else { return }
        dup2(file, STDERR_FILENO)
        close(file)
    }

    static func open(_ path: String) -> CInt {
        OwnedFile.open(path, O_WRONLY | O_APPEND)
    }
}
