import Foundation
import Glibc
import TestSupport
import Testing

@testable import Store

/// Who has a data directory.
struct DirectoryLockTests {
    /// A further descriptor of what this process has opened at a path, as a child between its fork and its exec has one.
    private func shared(_ path: String) throws -> CInt {
        let folder = "/proc/self/fd"
        // The folder of all may stand there by another name.
        let end = "/" + path.split(separator: "/").suffix(2).joined(separator: "/")
        let name = try FileManager.default.contentsOfDirectory(atPath: folder).first { name in
            // Others of this process may be closed meanwhile.
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")
            return target?.hasSuffix(end) == true
        }
        let copy = fcntl(try #require(name.flatMap { CInt($0) }), F_DUPFD_CLOEXEC, 0)
        try #require(copy >= 0)
        return copy
    }

    @Test func `a lock that was let go is free, though a child still has its file`() throws {
        let directory = try ScratchDirectory()
        defer { directory.remove() }
        let path = directory.path + "/" + DirectoryLock.fileName
        var lock: DirectoryLock? = try DirectoryLock(path: path)
        let copy = try shared(path)
        defer { close(copy) }
        #expect(DirectoryLock.isHeld(in: directory.path))
        withExtendedLifetime(lock) {}
        lock = nil
        #expect(!DirectoryLock.isHeld(in: directory.path))
        let next = try DirectoryLock(path: path)
        #expect(DirectoryLock.holder(of: directory.path)?.processID == getpid())
        withExtendedLifetime(next) {}
    }
}
