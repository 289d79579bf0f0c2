#if PostgreSQL
import Domain
import Logging
package import Store

/// How a database stands, looked at beside the node that has it: nothing is written, and nobody waits for it.
package struct PostgresHealth: Sendable, Hashable {
    package let version: String
    package let events: Int64
    package let bytes: Int64
    /// What a crash or a failover could lose of what was acknowledged, with the way out; nil where it is nothing.
    package let risk: String?
    /// The nodes that work on it, each in a clause; empty where none does.
    package let nodes: [String]

    package static func examine(_ address: PostgresAddress) throws(StoreError) -> PostgresHealth {
        do {
            let connection = try Connection(address, label: "doctor")
            let row = try connection.run(
                """
                SELECT current_setting('server_version'), (SELECT coalesce(sum(events), 0)::bigint FROM counter),
                    pg_database_size(current_database()), current_setting('fsync'), current_setting('synchronous_commit'),
                    current_setting('synchronous_standby_names'), (SELECT count(*) FROM pg_stat_replication)
                """
            ).first
            guard let row else {
                throw StoreError(.other, "PostgreSQL at \(address.location) said nothing of itself.")
            }
            let (commit, names, standbys): (String, String, Int) = (row[4], row[5], row[6])
            return PostgresHealth(
                version: row[0],
                events: row[1],
                bytes: row[2],
                risk: risk(fsync: row[3], commit: commit, names: names, standbys: standbys),
                nodes: try nodes(connection)
            )
        } catch {
            throw StoreError(postgres: error, address, Logger(label: "signalbox"))
        }
    }

    /// - Throws: `StoreError`, `.newerVersion` where this version can't open it.
    package static func standing(_ address: PostgresAddress) throws(StoreError) -> StoreStanding {
        let logger = Logger(label: "signalbox")
        do {
            let connection = try Connection(address, label: "doctor")
            let found = try connection.run("SELECT to_regclass('\(Schema.name).migration') IS NOT NULL").number
            guard found == 1 else { return .missing }
            let done = try connection.run("SELECT number FROM migration").count
            try Migrator(connection: connection, address: address, logger: logger).check()
            return switch done {
            case 0: .missing
            case Schema.migrations.count: .current
            default: .earlier
            }
        } catch {
            throw StoreError(postgres: error, address, logger)
        }
    }

    /// Whether a key opens what is sealed in a database, where something is.
    ///
    /// - Throws: `StoreError` where a start would end for that.
    package static func checkKey(_ given: GivenKey?, _ address: PostgresAddress) throws(StoreError) {
        guard let given else { throw PostgresStore.needsKey }
        let box = SecretBox(try SecretKey(given))
        do {
            let connection = try Connection(address, label: "doctor")
            let isThere = "SELECT to_regclass('\(Schema.name).meta') IS NOT NULL"
            guard try connection.run(isThere).number == 1 else { return }
            _ = try DatabaseKey.find(connection, from: box)
        } catch {
            throw StoreError(postgres: error, address, Logger(label: "signalbox"))
        }
    }

    private static func nodes(_ connection: Connection) throws -> [String] {
        // A version that knew of one node alone has not made the table yet.
        guard try connection.run("SELECT to_regclass('\(Schema.name).lease') IS NOT NULL").number == 1 else {
            return []
        }
        return try connection.run(
            """
            SELECT name, version, address, (SELECT count(*) FROM lease l WHERE l.node = n.fence AND l.instance <> 0),
                extract(epoch FROM clock_timestamp() - seen)::bigint, exclusive FROM node n ORDER BY n.fence
            """
        ).map { row in
            let (name, version, address): (String, String, String) = (row[0], row[1], row[2])
            let (instances, seen): (Int64, Int64) = (row[3], row[4])
            return "\(name) (\(version), \(address)) holds \(instances) instance\(instances == 1 ? "" : "s")"
                + (row[5] ? " and has the database alone" : "") + ", last sign of life \(max(0, seen)) s ago"
        }
    }

    private static func risk(fsync: String, commit: String, names: String, standbys: Int) -> String? {
        if fsync != "on" {
            return "fsync is off in PostgreSQL: a power cut may lose the whole database; set it to on."
        }
        if commit == "off" {
            return "synchronous_commit is off in PostgreSQL: a crash may lose what was acknowledged; set it to on."
        }
        if standbys > 0, names.isEmpty || commit == "local" {
            return
                "PostgreSQL has \(standbys) standby\(standbys == 1 ? "" : "s") and waits for none: a failover may lose what "
                + "was acknowledged last; set synchronous_standby_names."
        }
        return nil
    }
}
#endif
