package import Domain
import GRDB
import Primitives

extension SQLiteStore {
    package func pollerRecords(_ id: InstanceID) async throws -> [PollerRecord] {
        try await read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM poller WHERE instance = ? ORDER BY object", arguments: [id])
                .map { PollerRecord($0) }
        }
    }

    package func savePollerRecords(_ records: [PollerRecord]) async throws {
        try await queue.perform { transaction in try transaction.save(records) }
    }

    package func removePollerRecords(_ id: InstanceID, keeping objects: [String]) async throws {
        let kept = StringList.text(objects)
        try await queue.perform { transaction in
            try transaction.run(
                "DELETE FROM poller WHERE instance = ? AND object NOT IN (SELECT value FROM json_each(?))",
                [id, kept]
            )
        }
    }
}

extension WriteTransaction {
    func save(_ records: [PollerRecord]) throws {
        for record in records {
            try run(
                """
                INSERT OR REPLACE INTO poller (instance, object, cursor, deleted_cursor, baseline, last_poll,
                    next_poll, api_calls, rows_read, problem, provider_message, note, resume, calls)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    record.instanceID, record.object, record.cursor?.milliseconds, record.deletedCursor?.milliseconds,
                    record.baseline?.milliseconds, record.lastPoll?.milliseconds, record.nextPoll?.milliseconds,
                    record.apiCalls, record.rowsRead, record.problem, record.providerMessage, record.note,
                    record.resume, record.calls.json.text,
                ]
            )
        }
    }
}

extension PollerRecord {
    fileprivate init(_ row: Row) {
        func moment(_ name: String) -> Timestamp? { (row[name] as Int64?).map { Timestamp(milliseconds: $0) } }
        self.init(
            instanceID: row["instance"],
            object: row["object"],
            cursor: moment("cursor"),
            deletedCursor: moment("deleted_cursor"),
            baseline: moment("baseline"),
            lastPoll: moment("last_poll"),
            nextPoll: moment("next_poll"),
            calls: APICalls(stored: row["calls"], total: row["api_calls"]),
            rowsRead: row["rows_read"],
            problem: row["problem"],
            providerMessage: row["provider_message"],
            note: row["note"],
            resume: row["resume"]
        )
    }
}
