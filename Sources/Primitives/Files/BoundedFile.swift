import Glibc

/// Reads what a person named as a file: a regular one, or a pipe such as a shell makes of `<(…)`, and no more of it than it may
/// hold.
package enum BoundedFile {
    package enum Fault: Error, Sendable, Hashable {
        /// With the number of the system's error.
        case unreadable(CInt)
        case tooLarge

        /// What is the matter with the file, as a clause behind its name.
        package var clause: String {
            switch self {
            case .unreadable(ENOENT), .unreadable(ENOTDIR): "isn't there"
            case .unreadable(let code): "can't be read (\(FilePresence.reason(code)))"
            case .tooLarge: "is too large"
            }
        }
    }

    private static let pieceBytes = 64 << 10

    package static func read(_ path: String, atMost limit: Int) throws(Fault) -> [UInt8] {
        let file = unsafe open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC)
        guard file >= 0 else { throw .unreadable(errno) }
        defer { close(file) }
        return try read(file, atMost: limit)
    }

    /// Reads an open file to its end.
    package static func read(_ file: CInt, atMost limit: Int) throws(Fault) -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: pieceBytes)
        while true {
            let count = unsafe Glibc.read(file, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                // Whoever shares the descriptor may have made it non-blocking.
                var watched = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
                _ = unsafe poll(&watched, 1, -1)
                continue
            }
            guard count >= 0 else { throw .unreadable(errno) }
            guard count > 0 else { return bytes }
            bytes += piece[..<count]
            guard bytes.count <= limit else { throw .tooLarge }
        }
    }
}
