import GRDB
import Logging

extension SQLiteStore {
    /// A table at a time: a snapshot that lasts as long as all of them would keep the log from being folded back.
    package func damage() async throws -> String? {
        let tables = try await look { db in
            try String.fetchAll(
                db,
                sql:
                    "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
            )
        }
        for table in tables {
            let said = try await look { db in
                try String.fetchOne(db, sql: "PRAGMA quick_check(\(table.quotedDatabaseIdentifier))")
            }
            guard let said, said != "ok" else { continue }
            return "\(table): " + said.split(whereSeparator: \.isNewline).joined(separator: " ")
        }
        let said = try await look { db in try String.fetchOne(db, sql: "PRAGMA \(WordFile.schema).quick_check(1)") }
        // No event is in danger.
        if said != "ok" { logger.warning("\(words.dropped())") }
        return nil
    }
}
