import Glibc

/// A small file that nobody else can read, for what doesn't fit elsewhere.
struct PrivateFile: Sendable {
    let path: String

    /// - Throws: `CommandFailure`.
    func write(_ text: String) throws(CommandFailure) {
        // A file that somebody else has put there is not written into.
        unsafe unlink(path)
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure("can't be made", errno) }
        let isWritten = StandardStreams.write(text, to: descriptor)
        let code = errno
        close(descriptor)
        if !isWritten {
            remove()
            throw failure("can't be written", code)
        }
    }

    /// The text that stands there, of at most so many bytes.
    func read(atMost limit: Int) throws(CommandFailure) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("can't be read", errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("can't be read", errno) }
            guard count > 0 else { break }
            bytes += buffer[..<count]
            guard bytes.count <= limit else { throw CommandFailure("\(path) is larger than \(limit) bytes.") }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure("What stands in \(path) is no UTF-8 text.")
        }
        return text
    }

    func remove() { unsafe unlink(path) }

    private func failure(_ what: String, _ code: Int32) -> CommandFailure {
        CommandFailure("\(path) \(what): \(unsafe String(cString: strerror(code))).")
    }
}
