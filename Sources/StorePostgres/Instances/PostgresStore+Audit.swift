#if PostgreSQL
package import Domain
import Primitives
import Store

extension PostgresStore {
    package func appendAudit(_ entry: AuditEntry) async throws {
        try await queue.perform { transaction in
            try DatabaseAudit.insert(entry, transaction.connection)
        }
    }

    package func auditEntries(before id: Int64?, limit: Int) async throws -> [AuditEntry] {
        let limit = min(max(0, limit), AuditEntry.mostOfPage)
        return try await look { connection in
            try connection.run(
                """
                SELECT id, at, actor, action, instance, subject, failure FROM audit WHERE id < $1
                ORDER BY id DESC LIMIT $2
                """,
                [id ?? .max, limit]
            ).map { row in
                AuditEntry(
                    id: row[0],
                    at: Timestamp(milliseconds: row[1]),
                    actor: row[2],
                    action: AuditEntry.Action(rawValue: row[3]) ?? .other,
                    instance: row[4],
                    subject: row[5],
                    failure: row[6]
                )
            }
        }
    }
}
#endif
