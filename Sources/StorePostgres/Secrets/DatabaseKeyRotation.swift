#if PostgreSQL
package import Domain
import Foundation
import Logging
package import Store

/// Encrypts the secrets of a database with another key, whether nodes run on it or not.
///
/// All of them change in one transaction under the turn, so that at any moment one key opens all. Nodes hear of it as of
/// every change, and go on with the new key.
package struct DatabaseKeyRotation {
    private let address: PostgresAddress
    private let former: SecretBox

    /// - Throws: `StoreError` for a key that is none.
    package init(_ address: PostgresAddress, key: GivenKey) throws(StoreError) {
        self.address = address
        former = SecretBox(try SecretKey(key))
    }

    /// - Returns: of how many instances the secrets were encrypted anew.
    /// - Throws: `StoreError`; the former key is in force then.
    package func run(to new: GivenKey?, entry: AuditEntry) throws(StoreError) -> Int {
        do {
            let connection = try Connection(address, label: "key")
            guard try connection.run("SELECT to_regclass('\(Schema.name).meta') IS NOT NULL").number == 1 else {
                throw Self.nothingSealed(address)
            }
            try Migrator(connection: connection, address: address, logger: Logger(label: "signalbox")).check(
                isWhole: true
            )
            return try Self.run(connection, address, from: former, to: new, entry: entry)
        } catch {
            throw StoreError(postgres: error, address, Logger(label: "signalbox"))
        }
    }

    static func run(
        _ connection: Connection,
        _ address: PostgresAddress,
        from given: SecretBox,
        to new: GivenKey?,
        entry: AuditEntry
    ) throws -> Int {
        guard let new else { throw needsKey }
        let next = SecretBox(try SecretKey(new))
        try connection.execute("BEGIN")
        do {
            try NodeLease.holdTurn(connection)
            // Nodes of earlier versions change these without the turn.
            try connection.execute("LOCK TABLE shared_file IN EXCLUSIVE MODE")
            try refuseBesideOthers(connection, address)
            guard let former = try DatabaseKey.find(connection, from: given) else { throw nothingSealed(address) }
            let check = try connection.run("SELECT data FROM meta WHERE name = $1", [SecretBox.check]).first
            if let check, next.opens(check[0], context: SecretBox.check) { throw StoreError.sameKey }
            let count = try seal(connection, from: former, to: next)
            if try connection.run("SELECT count(*) FROM node").number == 0 {
                // Whoever comes is given the new one.
                try DatabaseKey.forgetLinks(connection)
            } else {
                try connection.run(
                    """
                    INSERT INTO meta (name, data)
                    SELECT $1 || (count(*) + 1), $2 FROM meta WHERE name LIKE '\(DatabaseKey.link)%'
                    """,
                    [DatabaseKey.link, try former.seal(new.text.exposed, context: SecretBox.successor)]
                )
                try connection.run("UPDATE node SET former_key = true")
            }
            try connection.run(
                "WITH t AS (UPDATE turn SET epoch = epoch + 1 RETURNING epoch) INSERT INTO change (epoch, kind, reference) "
                    + "SELECT epoch, $1, 0 FROM t",
                [StoreChange.Kind.key.rawValue]
            )
            try DatabaseAudit.insert(entry, connection)
            try connection.execute("COMMIT")
            return count
        } catch {
            if !connection.isLost { try connection.execute("ROLLBACK") }
            throw error
        }
    }

    /// Nodes of other versions would not hear of it, and a move compares the key at its end.
    private static func refuseBesideOthers(_ connection: Connection, _ address: PostgresAddress) throws {
        let others = try connection.run("SELECT name FROM node WHERE protocol <> $1 LIMIT 1", [Schema.nodeProtocol])
        if let other = others.first {
            throw StoreError(
                .other,
                "The node \(other[0] as String) at the database \(address.location) is of another version; stop it before the key "
                    + "is changed."
            )
        }
        if try PostgresStore.moveUnderWay(connection) != nil {
            throw StoreError.isMoving("The database \(address.location)")
        }
    }

    private static func seal(_ connection: Connection, from former: SecretBox, to next: SecretBox) throws -> Int {
        func change(_ table: String, _ key: String, _ column: String, place: (Row) -> String) throws -> Int {
            let rows = try connection.run("SELECT \(key)::text, \(column) FROM \(table)")
            var (keys, sealed) = (Column<String>(), Column<Data>())
            for row in rows {
                keys.append(row[0])
                let place = place(row)
                sealed.append(try next.seal(former.open(row[1], context: place), context: place))
            }
            try connection.run(
                """
                UPDATE \(table) SET \(column) = u.sealed FROM unnest($1, $2) u (key, sealed) WHERE \(table).\(key)::text = u.key
                """,
                [keys, sealed]
            )
            return rows.count
        }
        let count = try change("instance", "id", "secrets") {
            InstanceRecord.secretContext(InstanceID($0[0] as String) ?? 0)
        }
        _ = try change("shared_file", "name", "data") { SharedFiles.secretContext($0[0]) }
        try connection.run(
            "UPDATE meta SET data = $2 WHERE name = $1",
            [SecretBox.check, try next.seal("signalbox", context: SecretBox.check)]
        )
        return count
    }

    private static let needsKey = StoreError(
        .other,
        "Give the new key as SIGNALBOX_NEW_KEY (openssl rand -base64 32), and put it in the place of SIGNALBOX_KEY for every "
            + "node afterwards."
    )

    private static func nothingSealed(_ address: PostgresAddress) -> StoreError {
        StoreError(.other, "Nothing is encrypted in the database \(address.location) yet; there is no key to rotate.")
    }
}

extension PostgresStore {
    package func rotateKey(to new: GivenKey?, entry: AuditEntry) async throws -> Int {
        let (address, secrets) = (address, queue.state.secrets)
        guard let secrets else { throw StoreError.noKey }
        try lease.check()
        let count: Int
        do {
            count = try await words.run(patience: 0) { connection in
                try DatabaseKeyRotation.run(connection, address, from: secrets, to: new, entry: entry)
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            throw StoreError(postgres: error, address, logger)
        }
        try await queue.refresh()
        return count
    }
}

extension WriteTransaction {
    /// What secrets are sealed with in this transaction.
    var secrets: SecretBox {
        get throws {
            guard let secrets = state.secrets else { throw StoreError.noKey }
            return secrets
        }
    }
}
#endif
