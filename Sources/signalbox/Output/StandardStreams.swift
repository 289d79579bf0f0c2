import Drawing
import Glibc

/// Whole lines on standard output and standard error, never torn between threads.
enum StandardStreams {
    /// Nobody reads standard output any more, as in `signalbox listen | head -1`.
    struct Closed: Error {}

    /// Standard output takes nothing more: no command of a line failed, and none after it is worth trying.
    struct Unwritable: Error, Hashable, CustomStringConvertible {
        let description: String
    }

    /// - Throws: `Closed`, or `Unwritable` where the line could not be written for another reason.
    static func printLine(_ text: String, to descriptor: Int32 = STDOUT_FILENO) throws {
        guard !write(text + "\n", to: descriptor) else { return }
        let code = errno
        if code == EPIPE { throw Closed() }
        throw Unwritable(description: "Standard output can't be written: \(unsafe String(cString: strerror(code))).")
    }

    /// A line of diagnostics, by the gate for outside text: it may hold the words of an org, a callback or another node. A
    /// closed standard error is no reason to stop.
    static func printDiagnostic(_ text: String, to descriptor: Int32 = STDERR_FILENO) {
        printLog(DisplayText(text).string, to: descriptor)
    }

    /// A line of the log, whose parts have passed the gate; it may be longer than what is shown.
    static func printLog(_ line: String, to descriptor: Int32 = STDERR_FILENO) {
        _ = write(line + "\n", to: descriptor)
    }

    /// One `write` for up to a pipe's buffer, so that lines of several threads stay whole.
    static func write(_ text: String, to descriptor: Int32) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                switch errno {
                case EINTR: continue
                // Whoever shares the descriptor may have made it non-blocking.
                case EAGAIN: waitForRoom(in: descriptor)
                default: return false
                }
                continue
            }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Until something can be written, or never again, which the next `write` says.
    private static func waitForRoom(in descriptor: Int32) {
        var watched = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&watched, 1, -1)
    }

    /// Fills those of the standard descriptors that whoever started the program has closed: else its first files get their
    /// numbers, and what is printed goes there. Standard input ends at once, and standard output can't be written, as before.
    static func fillClosed() {
        for descriptor in STDIN_FILENO...STDERR_FILENO {
            guard fcntl(descriptor, F_GETFD) == -1, errno == EBADF else { continue }
            // The lowest number that is free, which is this one.
            _ = unsafe open("/dev/null", descriptor == STDERR_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }
}
