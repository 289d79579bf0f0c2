import GRDB

extension SQLiteStore {
    /// A table at a time: a snapshot that lasts as long as all of them would keep the log from being folded back.
    package func damage() async throws -> String? {
        let tables: [String]
        do { tables = try await tableNames() } catch let error as StoreError where error.kind == .corrupt {
            return "the list of its tables can't be read"
        }
        for table in tables {
            do {
                if let fault = try await fault(of: table) { return "\(table): \(fault)" }
            } catch let error as StoreError where error.kind == .corrupt {
                // SQLite gives up where it can't even find a table's pages.
                return "\(table): too damaged to be checked"
            }
        }
        // No event is in danger: one that is damaged is dropped, and the next one is looked at.
        try await look { db in
            guard try WordFile.isAttached(db) else { return }
            let said = try WordFile.reading {
                try String.fetchOne(db, sql: "PRAGMA \(WordFile.schema).quick_check(1)") ?? "no answer"
            }
            if said != "ok" { throw WordFault(error: WordFile.damage(said)) }
        }
        return nil
    }

    private func tableNames() async throws -> [String] {
        try await look { db in
            try String.fetchAll(
                db,
                sql:
                    "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
            )
        }
    }

    private func fault(of table: String) async throws -> String? {
        let said = try await look { db in
            try String.fetchOne(db, sql: "PRAGMA quick_check(\(table.quotedDatabaseIdentifier))")
        }
        guard let said, said != "ok" else { return nil }
        return said.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
