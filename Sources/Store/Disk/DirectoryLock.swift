import Foundation
import Glibc
import Primitives

/// Keeps a second process out of the data directory for as long as it lives; the kernel drops it with the process.
package final class DirectoryLock: Sendable {
    static let fileName = "lock"

    private let file: Int32

    package init(path: String) throws(StoreError) {
        let file = OwnedFile.open(path, O_RDWR)
        guard file >= 0 else {
            throw StoreError(
                .unreadable,
                "The lock file \(path) can't be opened (\(DataDirectory.reason)); check its owner and permissions."
            )
        }
        guard Self.acquire(file) else {
            let holder = Self.content(of: file)
            Glibc.close(file)
            let who = holder.isEmpty ? "Another process" : "The process \(holder)"
            throw StoreError(
                .locked,
                "\(who) is using this data directory; stop it, or name another directory with --data-dir."
            )
        }
        self.file = file
        ftruncate(file, 0)
        let text = Array("\(getpid())\n".utf8)
        _ = unsafe pwrite(file, text, text.count, 0)
    }

    deinit { Glibc.close(file) }

    /// Whether another process has a directory; nothing is made there.
    package static func isHeld(in directory: String) -> Bool { holder(of: directory) != nil }

    /// A process that has just ended, or a child between its fork and its exec, holds the lock for moments more.
    private static func acquire(_ file: Int32) -> Bool {
        for _ in 0..<20 {
            if flock(file, LOCK_EX | LOCK_NB) == 0 { return true }
            usleep(25_000)
        }
        return false
    }

    /// The process that has a directory; nil where none has, whatever one that has ended left behind.
    package static func holder(of directory: String) -> Int32? {
        let file = unsafe Glibc.open(directory + "/" + fileName, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { Glibc.close(file) }
        // Whoever is about to take it for himself tries more than once.
        guard flock(file, LOCK_SH | LOCK_NB) != 0 else { return nil }
        return Int32(content(of: file)) ?? 0
    }

    private static func content(of file: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = unsafe pread(file, &buffer, buffer.count, 0)
        guard count > 0 else { return "" }
        return String(decoding: buffer[..<count].filter { (0x30...0x39).contains($0) }, as: UTF8.self)
    }
}
