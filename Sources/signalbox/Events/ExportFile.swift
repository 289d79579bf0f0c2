import Glibc
import Primitives

/// Where an export goes: standard output, what is written into as it comes, like a pipe, or a file that bears its name only
/// once it is whole.
struct ExportFile {
    private let descriptor: Int32
    /// As it was named; nil for standard output.
    private let path: String?
    /// What the file is called at the end, behind all links; nil where it is written into as it comes.
    private let finalPath: String?
    /// What it is called until then: under a name that nobody else knows, so that two exports to one place don't meet.
    private let partial: String
    private let isStandardOutput: Bool
    /// Whether it may take the place of a file that is there.
    private let mayReplace: Bool
    private var buffer = ""
    /// The number of a descriptor that is closed may be another file's by now.
    private var isOpen = true

    /// There is a file of that name already.
    struct Exists: Error {}

    /// A pipe that nobody reads yet is waited for where it `waits`; else it can't be written.
    ///
    /// - Throws: `CommandFailure` where the file can't be made, `Exists`.
    init(_ path: String?, mayReplace: Bool = true, waits: Bool = true) throws {
        self.path = path
        self.mayReplace = mayReplace
        let token = RandomToken.make(bytes: 6)
        guard let path else {
            partial = ""
            (descriptor, finalPath, isStandardOutput) = (STDOUT_FILENO, nil, true)
            return
        }
        // Said before the work, not after it.
        if !mayReplace, Self.isTaken(path) { throw Exists() }
        switch FileDestination(of: path) {
        case .file(let place):
            (self.finalPath, partial, isStandardOutput) = (place, "\(place).\(token).part", false)
            descriptor = unsafe open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        case .descriptor(let number):
            (finalPath, partial, isStandardOutput) = (nil, "", number == STDOUT_FILENO)
            descriptor = Self.duplicate(number)
        case .other:
            (finalPath, partial, isStandardOutput) = (nil, "", false)
            descriptor = unsafe open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC | (waits ? 0 : O_NONBLOCK))
        }
        guard descriptor >= 0 else { throw Self.failure("\(path) can't be written", errno) }
    }

    /// Whether there is a file that an export would take the place of; a pipe or a device stays what it is.
    static func isTaken(_ path: String) -> Bool {
        guard case .file(let place) = FileDestination(of: path) else { return false }
        return FilePresence(of: place) == .there
    }

    /// Whether what stands there stays as it is until an export is whole.
    static func isKept(at path: String) -> Bool {
        if case .file = FileDestination(of: path) { true } else { false }
    }

    /// What the shell has opened; a descriptor of ours, which no other program gets, is not to be written into.
    private static func duplicate(_ number: Int32) -> Int32 {
        let flags = fcntl(number, F_GETFD)
        guard flags >= 0, flags & FD_CLOEXEC == 0 else {
            errno = EBADF
            return -1
        }
        return fcntl(number, F_DUPFD_CLOEXEC, 0)
    }

    private static func failure(_ what: String, _ code: Int32) -> CommandFailure {
        CommandFailure("\(what): \(unsafe String(cString: strerror(code))).")
    }

    var isTerminal: Bool { StandardStreams.isTerminal(descriptor) }

    mutating func write(_ text: String) throws {
        buffer += text
        if buffer.utf8.count >= 64 << 10 { try flush() }
    }

    private mutating func flush() throws {
        defer { buffer = "" }
        guard !buffer.isEmpty, !StandardStreams.write(buffer, to: descriptor) else { return }
        let code = errno
        if isStandardOutput, code == EPIPE { throw StandardStreams.Closed() }
        throw Self.failure("\(path ?? "Standard output") can't be written", code)
    }

    /// All is written: gives the file its name, in the place of what had it.
    mutating func finish() throws {
        try flush()
        guard let path else { return }
        // A pipe or a device has nothing that could be waited for.
        guard finalPath == nil || fsync(descriptor) == 0 else { throw Self.failure("\(path) can't be written", errno) }
        // Closed, whatever it says: Linux frees the number in any case.
        isOpen = false
        guard close(descriptor) == 0 else { throw Self.failure("\(path) can't be written", errno) }
        guard let finalPath else { return }
        if mayReplace {
            guard DirectoryEntry.rename(partial, to: finalPath) else {
                throw Self.failure("\(path) can't be written", errno)
            }
        } else {
            // A name, unlike a new one for an old file, is never given twice.
            guard DirectoryEntry.link(partial, to: finalPath) else {
                let code = errno
                if code == EEXIST { throw Exists() }
                guard [EPERM, EOPNOTSUPP, ENOSYS].contains(code) else {
                    throw Self.failure("\(path) can't be written", code)
                }
                // A file system where each file has one name: a moment is left in which another one may come.
                if Self.isTaken(finalPath) { throw Exists() }
                guard DirectoryEntry.rename(partial, to: finalPath) else {
                    throw Self.failure("\(path) can't be written", errno)
                }
                return
            }
            unsafe unlink(partial)
        }
    }

    /// Takes away what was written, where that can be.
    mutating func abandon() {
        guard path != nil else { return }
        if isOpen { close(descriptor) }
        isOpen = false
        if finalPath != nil { unsafe unlink(partial) }
    }
}
