#if PostgreSQL
import Domain
import Foundation
import Store

/// Which key opens the secrets of a database: a value sealed with it tells whether a key is the one in force.
///
/// A key is given to each node by itself, so that not all of them can have another one at one moment. Until each was started
/// with the new one, the database keeps that, sealed with the one before it: who has a former key is led to the one in force,
/// over as many changes as there were.
enum DatabaseKey {
    /// Named behind this prefix, in `meta`.
    static let link = "key after "

    /// What opens the database's secrets: the box, or what it leads to.
    ///
    /// - Throws: `StoreError` where it leads nowhere.
    static func inForce(_ connection: Connection, from box: SecretBox) throws -> SecretBox {
        try find(connection, from: box) ?? box
    }

    /// The same; nil where nothing is sealed yet.
    static func find(_ connection: Connection, from box: SecretBox) throws -> SecretBox? {
        var check: Data?
        var links: [Data] = []
        for row in try connection.run("SELECT name, data FROM meta WHERE name = 'key' OR name LIKE '\(link)%'") {
            if row[0] as String == SecretBox.check { check = row[1] } else { links.append(row[1]) }
        }
        guard let check else { return nil }
        var reached = box
        while !reached.opens(check, context: SecretBox.check) {
            // Each is followed once.
            let next = links.indices.lazy.compactMap { index in
                (try? reached.open(links[index], context: SecretBox.successor)).flatMap { SecretKey(text: $0) }
                    .map { (index, SecretBox($0)) }
            }.first
            guard let (index, key) = next else {
                throw StoreError(
                    .corrupt,
                    "SIGNALBOX_KEY does not open the secrets of this database; give the key that it was made with, or that was "
                        + "put in its place."
                )
            }
            links.remove(at: index)
            reached = key
        }
        return reached
    }

    /// Holds the key that a node is started with against the one in force, or makes that the database's; under the turn.
    ///
    /// - Returns: what opens the secrets, and whether the given key is a former one.
    static func establish(_ connection: Connection, given: SecretBox, fence: Int64) throws -> (
        box: SecretBox, isFormer: Bool
    ) {
        guard let box = try find(connection, from: given) else {
            let check = try given.seal("signalbox", context: SecretBox.check)
            try connection.run("INSERT INTO meta (name, data) VALUES ($1, $2)", [SecretBox.check, check])
            return (given, false)
        }
        let isFormer =
            try connection.run("SELECT data FROM meta WHERE name = $1", [SecretBox.check]).first
            .map { !given.opens($0[0], context: SecretBox.check) } ?? false
        if isFormer {
            try connection.run("UPDATE node SET former_key = true WHERE fence = $1", [fence])
        } else if try connection.run("SELECT count(*) FROM node WHERE former_key").number == 0 {
            // Whoever is there was started with it: no former one is to open anything any more.
            try forgetLinks(connection)
        }
        return (box, isFormer)
    }

    static func forgetLinks(_ connection: Connection) throws {
        try connection.run("DELETE FROM meta WHERE name LIKE '\(link)%'")
    }
}
#endif
