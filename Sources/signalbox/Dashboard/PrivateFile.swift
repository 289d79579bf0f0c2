import Glibc
import Primitives

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
        let bytes: [UInt8]
        do throws(BoundedFile.Fault) { bytes = try BoundedFile.read(path, atMost: limit) } catch {
            switch error {
            case .unreadable(let code): throw failure("can't be read", code)
            case .tooLarge: throw CommandFailure("\(path) is larger than \(limit) bytes.")
            }
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
