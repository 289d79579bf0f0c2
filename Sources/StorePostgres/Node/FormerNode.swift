#if PostgreSQL
import Foundation
import Glibc
import Primitives

/// Which node a data directory was last at a database, as a file in it says. One process at a time has the directory, so that
/// whoever has it knows that this node has ended, however it did, and goes on with what it held at once.
struct FormerNode: Sendable, Hashable {
    let fence: Int64
    /// By the database's clock, in microseconds since 1970: another database may have given the same number.
    let started: Int64

    init(fence: Int64, started: Int64) {
        self.fence = fence
        self.started = started
    }

    /// What a directory says; nil where that can't be understood, as before the first start and after a crash of the machine.
    init?(in directory: String) {
        let path = Self.path(directory)
        let data = FileManager.default.contents(atPath: path)
        guard let data, data.count < 200 else { return nil }
        let words = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 4, let fence = Int64(words[0]), let started = Int64(words[1]) else { return nil }
        // A copy says nothing about the node that it was copied from, here or on another machine.
        guard words[2] == Self.boot, words[3] == Self.identity(path) else { return nil }
        self.init(fence: fence, started: started)
    }

    /// A node that is at the database.
    init?(_ fence: Int64, at connection: Connection) throws {
        let rows = try connection.run(
            "SELECT (extract(epoch FROM started) * 1000000)::bigint FROM node WHERE fence = $1",
            [fence]
        )
        guard let started = rows.number else { return nil }
        self.init(fence: fence, started: started)
    }

    private static func path(_ directory: String) -> String { directory + "/node" }

    /// Whether it could be written: beside its place and renamed, so that nobody reads half of it.
    func save(in directory: String) -> Bool {
        let path = Self.path(directory)
        // One that was left there may be somebody else's.
        _ = unsafe unlink(path + ".new")
        let file = OwnedFile.open(path + ".new", O_WRONLY)
        guard file >= 0 else { return false }
        let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
        guard let place = Self.identity(path + ".new") else { return false }
        do { try handle.write(contentsOf: Data("\(fence) \(started) \(Self.boot) \(place)\n".utf8)) } catch {
            return false
        }
        return unsafe rename(path + ".new", path) == 0
    }

    /// The run of this machine, which no other machine has.
    private static let boot: String = {
        let text = FileManager.default.contents(atPath: "/proc/sys/kernel/random/boot_id") ?? Data()
        let id = String(decoding: text, as: UTF8.self).filter { !$0.isWhitespace }
        return id.isEmpty ? "unknown" : id
    }()

    /// What tells a file from its copies.
    private static func identity(_ path: String) -> String? {
        var about = stat()
        return unsafe stat(path, &about) == 0 ? "\(about.st_dev):\(about.st_ino)" : nil
    }

    /// Takes its row away, where it is still there; under the turn.
    func remove(_ connection: Connection) throws {
        try connection.run(
            "DELETE FROM node WHERE fence = $1 AND (extract(epoch FROM started) * 1000000)::bigint = $2",
            [fence, started]
        )
    }
}
#endif
