import Foundation
import Glibc
import Primitives

/// Keeps a second process out of the data directory for as long as it lives; the kernel drops it with the process.
package final class DirectoryLock: Sendable {
    package static let fileName = "lock"
    /// Where a node says how it is reached. That belongs to the lock: what one that was killed left is believed by nobody.
    package static let recordName = "running.json"

    /// Who has a directory.
    package struct Holder: Sendable, Hashable {
        /// Nil where it has only just got it. In containers, that of one after the other is the same.
        package let processID: Int32?
        /// Drawn when it got the directory; nil where that was an earlier version.
        package let token: String?
    }

    /// Bytes before the token: what earlier versions read of the file, and take each digit there for one of the process's.
    private static let tokenOffset = 32

    private let file: Int32

    package init(path: String) throws(StoreError) {
        let file = OwnedFile.open(path, O_RDWR)
        guard file >= 0 else {
            throw StoreError(
                .unreadable,
                "The lock file \(path) can't be opened (\(DataDirectory.reason)); check its owner and permissions."
            )
        }
        guard Self.acquire(file, at: path) else {
            let holder = Self.content(of: file)
            Glibc.close(file)
            let who = holder.processID.map { "The process \($0)" } ?? "Another process"
            throw StoreError(
                .locked,
                "\(who) is using this data directory; stop it, or name another directory with --data-dir."
            )
        }
        self.file = file
        let process = "\(getpid())"
        let space = String(repeating: " ", count: Self.tokenOffset - 1 - process.utf8.count)
        let text = Array("\(process)\(space)\n\(RandomToken.make(bytes: 16))\n".utf8)
        _ = unsafe pwrite(file, text, text.count, 0)
    }

    /// A child between its fork and its exec has the open file as well, and closing it here would leave the lock to that one:
    /// on a busy machine for longer than anybody waits for it.
    deinit {
        ftruncate(file, 0)
        flock(file, LOCK_UN)
        Glibc.close(file)
    }

    /// Whether another process has a directory; nothing is made there.
    package static func isHeld(in directory: String) -> Bool { holder(of: directory) != nil }

    /// A process that has just ended holds the lock for moments more, as does a child of it between its fork and its exec.
    ///
    /// First it is shared: nobody has the directory then, and what the one before left is gone before anybody can be taken for
    /// that one.
    private static func acquire(_ file: Int32, at path: String) -> Bool {
        for _ in 0..<20 {
            if flock(file, LOCK_SH | LOCK_NB) == 0 {
                _ = unsafe unlink(OwnedFile.directory(of: path) + recordName)
                ftruncate(file, 0)
                if flock(file, LOCK_EX | LOCK_NB) == 0 { return true }
                // Of two at once, both would wait for the other's end.
                flock(file, LOCK_UN)
            }
            usleep(25_000)
        }
        return false
    }

    /// The process that has a directory; nil where none has, whatever one that has ended left behind.
    package static func holder(of directory: String) -> Holder? {
        let file = unsafe Glibc.open(directory + "/" + fileName, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { Glibc.close(file) }
        for _ in 0..<20 {
            // Whoever is about to take it for himself tries more than once.
            guard flock(file, LOCK_SH | LOCK_NB) != 0 else {
                flock(file, LOCK_UN)
                return nil
            }
            let holder = content(of: file)
            // Without a name it was let go a moment ago, or is about to be held.
            if holder.processID != nil { return holder }
            usleep(25_000)
        }
        return content(of: file)
    }

    private static func content(of file: Int32) -> Holder {
        var buffer = [UInt8](repeating: 0, count: 128)
        let count = unsafe pread(file, &buffer, buffer.count, 0)
        let words = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self).split(whereSeparator: \.isWhitespace)
        return Holder(processID: words.first.flatMap { Int32($0) }, token: words.dropFirst().first.map { String($0) })
    }
}
