package import Domain
package import Store

extension MemoryStore {
    package func appendAudit(_ entry: AuditEntry) async throws {
        try write { tables in
            var entry = entry
            entry.id = Int64(tables.audit.count) + 1
            tables.audit.append(entry)
        }
    }

    package func rotateKey(to new: GivenKey?, entry: AuditEntry) async throws -> Int {
        try await appendAudit(entry)
        return try await instances().count
    }

    package func auditEntries(before id: Int64?, limit: Int) async throws -> [AuditEntry] {
        try read { tables in
            Array(
                tables.audit.reversed().filter { $0.id < id ?? .max }
                    .prefix(min(max(0, limit), AuditEntry.mostOfPage))
            )
        }
    }
}
