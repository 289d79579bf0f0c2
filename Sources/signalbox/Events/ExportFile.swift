import Glibc
import Primitives

/// Where an export goes: standard output, or a file that bears its name only once it is whole.
struct ExportFile {
    private let descriptor: Int32
    /// Nil for standard output.
    private let path: String?
    /// Whether it may take the place of a file that is there.
    private let mayReplace: Bool
    private var buffer = ""
    /// The number of a descriptor that is closed may be another file's by now.
    private var isOpen = true

    /// There is a file of that name already.
    struct Exists: Error {}

    /// - Throws: `CommandFailure` where the file can't be made, `Exists`.
    init(_ path: String?, mayReplace: Bool = true) throws {
        self.path = path
        self.mayReplace = mayReplace
        // Said before the work, not after it.
        if let path, !mayReplace, unsafe access(path, F_OK) == 0 { throw Exists() }
        guard let path else {
            descriptor = STDOUT_FILENO
            return
        }
        descriptor = unsafe open(Self.partial(path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure("\(path) can't be written", errno) }
    }

    private static func partial(_ path: String) -> String { "\(path).\(getpid()).part" }

    private static func failure(_ what: String, _ code: Int32) -> CommandFailure {
        CommandFailure("\(what): \(unsafe String(cString: strerror(code))).")
    }

    mutating func write(_ text: String) throws {
        buffer += text
        if buffer.utf8.count >= 64 << 10 { try flush() }
    }

    private mutating func flush() throws {
        defer { buffer = "" }
        guard !buffer.isEmpty, !StandardStreams.write(buffer, to: descriptor) else { return }
        let code = errno
        if path == nil, code == EPIPE { throw StandardStreams.Closed() }
        throw Self.failure("\(path ?? "Standard output") can't be written", code)
    }

    /// All is written: gives the file its name, in the place of what had it.
    mutating func finish() throws {
        try flush()
        guard let path else { return }
        guard fsync(descriptor) == 0 else { throw Self.failure("\(path) can't be written", errno) }
        // Closed, whatever it says: Linux frees the number in any case.
        isOpen = false
        guard close(descriptor) == 0 else { throw Self.failure("\(path) can't be written", errno) }
        if mayReplace {
            guard DirectoryEntry.rename(Self.partial(path), to: path) else {
                throw Self.failure("\(path) can't be written", errno)
            }
        } else {
            // A name, unlike a new one for an old file, is never given twice.
            guard DirectoryEntry.link(Self.partial(path), to: path) else {
                if errno == EEXIST { throw Exists() }
                throw Self.failure("\(path) can't be written", errno)
            }
            unsafe unlink(Self.partial(path))
        }
    }

    /// Takes away what was written.
    mutating func abandon() {
        guard let path else { return }
        if isOpen { close(descriptor) }
        isOpen = false
        unsafe unlink(Self.partial(path))
    }
}
