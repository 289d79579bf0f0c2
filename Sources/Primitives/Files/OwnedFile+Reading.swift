import Glibc

extension OwnedFile {
    /// Why a file that is for its owner alone can't be had.
    package enum Fault: Error, Sendable, Hashable {
        /// With the number of the system's error.
        case unreadable(CInt)
        /// It is a pipe, a device or a directory.
        case irregular
        case tooLarge
        /// Everybody may read it, and this user can't change that.
        case open
        /// Root came to a link that another user made.
        case foreignLink

        /// What is the matter with the file, as a clause behind its name.
        package var clause: String {
            switch self {
            case .unreadable(let code): BoundedFile.Fault.unreadable(code).clause
            case .irregular: "can't be read (it is no regular file)"
            case .tooLarge: BoundedFile.Fault.tooLarge.clause
            case .open: "can't be read (it is open to all users, and this one can't close it)"
            case .foreignLink:
                "can't be read (it is a link of another user, which root does not follow: run this as that user)"
            }
        }

        /// As `errno` has it.
        var code: CInt {
            if case .unreadable(let code) = self { code } else { ELOOP }
        }
    }

    /// Reads a small file that is for its owner alone. Rights that let others read it are taken away, of the file that was
    /// opened and no other.
    ///
    /// Links are followed, as Kubernetes and systemd lay secrets down: what they lead to may be somebody else's to rule, or on
    /// a file system that nobody can write.
    package static func read(_ path: String, atMost limit: Int) throws(Fault) -> [UInt8] {
        // Without waiting for somebody to write, where it is a pipe.
        let file = try follow(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
        defer { close(file) }
        var about = stat()
        guard unsafe fstat(file, &about) == 0 else { throw .unreadable(errno) }
        guard about.st_mode & S_IFMT == S_IFREG else { throw .irregular }
        if about.st_mode & 0o077 != 0, fchmod(file, 0o600) != 0 {
            guard errno == EROFS || about.st_mode & 0o007 == 0 || isLink(path) else { throw .open }
        }
        do throws(BoundedFile.Fault) { return try BoundedFile.read(file, atMost: limit) } catch {
            switch error {
            case .unreadable(let code): throw .unreadable(code)
            case .tooLarge: throw .tooLarge
            }
        }
    }

    /// As many as the kernel follows.
    private static let mostLinks = 40

    /// Opens a file, and follows links to it. Root follows none that another user made, who could have it change or read what
    /// that user can't.
    static func follow(_ path: String, _ flags: CInt) throws(Fault) -> CInt {
        let isRoot = geteuid() == 0
        var place = path
        for _ in 0...mostLinks {
            let file = unsafe Glibc.open(place, flags | O_CLOEXEC | (isRoot ? O_NOFOLLOW : 0), 0o600)
            if file >= 0 { return file }
            guard isRoot, errno == ELOOP else { throw .unreadable(errno) }
            place = try target(of: place)
        }
        throw .unreadable(ELOOP)
    }

    /// `O_PATH`, which the C library's module hides.
    private static let pathOnly: CInt = 0o10000000

    /// Where a link of root's leads. It is opened itself, as another may stand there a moment later.
    private static func target(of link: String) throws(Fault) -> String {
        let descriptor = unsafe Glibc.open(link, pathOnly | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(errno) }
        defer { close(descriptor) }
        var about = stat()
        guard unsafe fstat(descriptor, &about) == 0 else { throw .unreadable(errno) }
        guard about.st_uid == 0 else { throw .foreignLink }
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlinkat(descriptor, "", &buffer, buffer.count)
        guard count > 0 else { throw .unreadable(errno) }
        let target = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return target.hasPrefix("/") || !link.contains("/") ? target : directory(of: link) + target
    }

    private static func isLink(_ path: String) -> Bool {
        var about = stat()
        return unsafe lstat(path, &about) == 0 && about.st_mode & S_IFMT == S_IFLNK
    }
}
