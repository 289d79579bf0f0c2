#if PostgreSQL
import Foundation
import Glibc

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
        let data = FileManager.default.contents(atPath: Self.path(directory))
        guard let data, data.count < 100 else { return nil }
        let numbers = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace).map { Int64($0) }
        guard numbers.count == 2, let fence = numbers[0], let started = numbers[1] else { return nil }
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
        let isMade = FileManager.default.createFile(
            atPath: path + ".new",
            contents: Data("\(fence) \(started)\n".utf8),
            attributes: [.posixPermissions: 0o600]
        )
        guard isMade else { return false }
        return unsafe rename(path + ".new", path) == 0
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
