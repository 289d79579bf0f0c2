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
                throw StoreError(.other, "PostgreSQL at \(address.place) said nothing of itself.")
            }
            let (commit, names, standbys): (String, String, Int) = (row[4], row[5], row[6])
            return PostgresHealth(
                version: row[0],
                events: row[1],
                bytes: row[2],
                risk: risk(fsync: row[3], commit: commit, names: names, standbys: standbys)
            )
        } catch {
            throw StoreError(postgres: error, address, Logger(label: "signalbox"))
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
