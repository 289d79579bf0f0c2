#if PostgreSQL
import Domain
import Foundation
import Logging
import Primitives
package import Store

/// Small secret files of text that all nodes of a database share, encrypted by its key: a node keeps a copy of each.
///
/// Each question goes over a connection of its own, so that commands can ask beside the node that has the database.
package struct SharedFiles: Sendable {
    private let address: PostgresAddress
    private let secrets: SecretBox

    /// - Throws: `StoreError` for a key that is none.
    package init(_ address: PostgresAddress, key: GivenKey) throws(StoreError) {
        self.address = address
        secrets = SecretBox(try SecretKey(key))
    }

    /// What the database has, by name; empty before the first start of a node.
    package func read() throws(StoreError) -> [String: [UInt8]] {
        do {
            let connection = try Connection(address, label: "shared files")
            guard try isThere(connection) else { return [:] }
            // In one snapshot, as the key may be changed meanwhile.
            try connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            let found = try Self.all(connection, DatabaseKey.inForce(connection, from: secrets))
            try connection.execute("COMMIT")
            return found
        } catch {
            throw StoreError(postgres: error, address, Logger(label: "signalbox"))
        }
    }

    /// Puts other files in the place of those that are there, while nobody else does.
    ///
    /// - Parameter work: gets what is there, and may run only once.
    /// - Throws: what `work` throws, and nothing is changed then; `StoreError`.
    package func change(_ work: ([String: [UInt8]]) throws -> [String: [UInt8]]) throws {
        do {
            let connection = try Connection(address, label: "shared files")
            guard try isThere(connection) else {
                throw StoreError(
                    .other,
                    "No node of this version has been started on the database \(address.location) yet; start `signalbox serve` "
                        + "once before."
                )
            }
            try connection.execute("BEGIN")
            do {
                // Whoever changes the key has the turn first, too. What an earlier version has made has no log of changes.
                let isHeard = try connection.run("SELECT to_regclass('\(Schema.name).change') IS NOT NULL").number == 1
                if isHeard { try NodeLease.holdTurn(connection) }
                // One at a time, also where there is no row yet.
                try connection.execute("LOCK TABLE shared_file IN EXCLUSIVE MODE")
                let secrets = try DatabaseKey.inForce(connection, from: secrets)
                let before = try Self.all(connection, secrets)
                let after = try work(before)
                for name in before.keys where after[name] == nil {
                    try connection.run("DELETE FROM shared_file WHERE name = $1", [name])
                }
                for (name, bytes) in after where before[name] != bytes {
                    try connection.run(
                        """
                        INSERT INTO shared_file (name, data) VALUES ($1, $2)
                        ON CONFLICT (name) DO UPDATE SET data = excluded.data
                        """,
                        [
                            name,
                            try secrets.seal(String(decoding: bytes, as: UTF8.self), context: Self.secretContext(name)),
                        ]
                    )
                }
                if isHeard, after != before { try Self.note(connection) }
                try connection.execute("COMMIT")
            } catch {
                if !connection.isLost { try connection.execute("ROLLBACK") }
                throw error
            }
            // One that is lost costs a node a quarter of a second.
            try? connection.execute("NOTIFY \(NodeWatch.channel)")
        } catch let fault as PostgresFault {
            throw StoreError(postgres: fault, address, Logger(label: "signalbox"))
        }
    }

    private static func note(_ connection: Connection) throws {
        try connection.run(
            "WITH t AS (UPDATE turn SET epoch = epoch + 1 RETURNING epoch) INSERT INTO change (epoch, kind, reference) "
                + "SELECT epoch, $1, 0 FROM t",
            [StoreChange.Kind.sharedFile.rawValue]
        )
    }

    private func isThere(_ connection: Connection) throws -> Bool {
        try connection.run("SELECT to_regclass('\(Schema.name).shared_file') IS NOT NULL").number == 1
    }

    fileprivate static func all(_ connection: Connection, _ secrets: SecretBox) throws -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        for row in try connection.run("SELECT name, data FROM shared_file") {
            let name: String = row[0]
            do throws(StoreError) {
                found[name] = Array(try secrets.open(row[1] as Data, context: secretContext(name)).utf8)
            } catch {
                throw StoreError(
                    .corrupt,
                    "SIGNALBOX_KEY does not open the secrets of this database; give the key that it was made with."
                )
            }
        }
        return found
    }

    static func secretContext(_ name: String) -> String { "file \(name)" }
}

extension PostgresStore {
    /// Calls `body` each time that somebody has changed them, where this node works beside others.
    package func onFileChange(_ body: @escaping @Sendable () -> Void) { fileChange.withLock { $0 = body } }

    /// What the database has of them, over a connection that is there already.
    package func sharedFiles() async throws -> [String: [UInt8]] {
        let known = queue.state.secrets
        return try await read { connection in
            guard let known else { throw StoreError.noKey }
            return try SharedFiles.all(connection, DatabaseKey.inForce(connection, from: known))
        }
    }
}
#endif
