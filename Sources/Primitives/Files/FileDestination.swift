import Glibc

/// What a path that a person gave leads to, links followed.
///
/// A file that is given such a path's name by renaming would take the place of the link, the pipe or the device itself.
package enum FileDestination: Hashable, Sendable {
    /// A regular file, or a place where none is yet: its path behind all links.
    case file(String)
    /// A descriptor of this process, as `/dev/stdout` and `/dev/fd/63` name it.
    case descriptor(CInt)
    /// A device, a pipe, a socket or a directory.
    case other

    /// As many as the kernel follows.
    private static let mostLinks = 40

    package init(of path: String) {
        var place = path
        var links = 0
        while true {
            if let number = Self.number(of: place) {
                self = .descriptor(number)
                return
            }
            guard links <= Self.mostLinks, let target = Self.target(of: place) else { break }
            place = target.hasPrefix("/") || !place.contains("/") ? target : OwnedFile.directory(of: place) + target
            links += 1
        }
        var about = stat()
        // Of the path as it was given: what a link of /proc leads to may have no path.
        let isOther = unsafe stat(path, &about) == 0 && about.st_mode & S_IFMT != S_IFREG
        self = isOther || links > Self.mostLinks ? .other : .file(place)
    }

    private static func number(of path: String) -> CInt? {
        for folder in ["/dev/fd/", "/proc/self/fd/", "/proc/thread-self/fd/", "/proc/\(getpid())/fd/"]
        where path.hasPrefix(folder) {
            return CInt(path.dropFirst(folder.count))
        }
        return nil
    }

    /// Where a link leads; nil for all else.
    private static func target(of path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink(path, &buffer, buffer.count)
        guard count > 0 else { return nil }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
