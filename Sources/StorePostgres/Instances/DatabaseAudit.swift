#if PostgreSQL
package import Domain
import Logging
import Primitives
package import Store

/// The audit trail of a database for what is done beside the node that has it.
package enum DatabaseAudit {
    /// Appends an entry; a database without tables has no trail yet.
    package static func append(_ entry: AuditEntry, _ address: PostgresAddress) throws(StoreError) {
        do {
            let connection = try Connection(address, label: "audit")
            guard try connection.run("SELECT to_regclass('\(Schema.name).audit') IS NOT NULL").number == 1 else {
                return
            }
            try insert(entry, connection)
        } catch {
            throw StoreError(postgres: error, address, Logger(label: "signalbox"))
        }
    }

    static func insert(_ entry: AuditEntry, _ connection: Connection) throws {
        try connection.run(
            "INSERT INTO audit (at, actor, action, instance, subject, failure) VALUES ($1, $2, $3, $4, $5, $6)",
            [entry.at.milliseconds, entry.actor, entry.action.rawValue, entry.instance, entry.subject, entry.failure]
        )
    }
}
#endif
