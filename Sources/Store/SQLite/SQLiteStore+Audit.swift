package import Domain
import GRDB
import Primitives

extension SQLiteStore {
    package func appendAudit(_ entry: AuditEntry) async throws {
        try await queue.perform { try entry.insert($0.db) }
    }

    package func auditEntries(before id: Int64?, limit: Int) async throws -> [AuditEntry] {
        let limit = min(max(0, limit), AuditEntry.mostOfPage)
        return try await look { db in
            let statement = try db.cachedStatement(
                sql:
                    "SELECT id, at, actor, action, instance, subject, failure FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?"
            )
            return try Row.fetchAll(statement, arguments: [id ?? .max, limit]).map { row in
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
