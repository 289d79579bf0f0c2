#if PostgreSQL
package import Domain
package import Primitives
import Store

extension PostgresStore {
    package func pollerRecords(_ id: InstanceID) async throws -> [PollerRecord] {
        try await read { connection in
            try connection.run(
                "SELECT \(PollerRecord.columns) FROM poller WHERE instance = $1 ORDER BY lower(object)",
                [id]
            ).map { PollerRecord($0) }
        }
    }

    package func savePollerRecords(_ records: [PollerRecord]) async throws {
        try await queue.perform { transaction in try transaction.save(records) }
    }

    package func removePollerRecords(_ id: InstanceID, keeping objects: [String]) async throws {
        let kept = Column(objects.map(\.asciiLowercased))
        try await queue.perform { transaction in
            try transaction.requireHeld(id)
            _ = try transaction.run(
                "DELETE FROM poller WHERE instance = $1 AND lower(object) <> ALL ($2)",
                [id, kept]
            )
        }
    }

    package func ledgerIDs(
        _ id: InstanceID,
        object: String,
        after: String?,
        limit: Int
    ) async throws -> [String] {
        guard let object = queue.state.objects[object.lowercased()] else { return [] }
        return try await read { connection in
            try connection.run(
                """
                SELECT record_id FROM ledger
                WHERE instance = $1 AND object = $2 AND record_id > $3 AND NOT deleted ORDER BY record_id LIMIT $4
                """,
                [id, object, after ?? "", limit]
            ).map { $0[0] }
        }
    }

    package func ledgerStamps(
        _ id: InstanceID,
        object: String,
        from: Timestamp,
        to: Timestamp
    ) async throws -> [StampCount] {
        guard let object = queue.state.objects[object.lowercased()] else { return [] }
        return try await read { connection in
            try connection.run(
                """
                SELECT stamp, records FROM ledger_stamp
                WHERE instance = $1 AND object = $2 AND stamp >= $3 AND stamp < $4 AND records > 0 ORDER BY stamp
                """,
                [id, object, from.milliseconds, to.milliseconds]
            ).map { StampCount(stamp: Timestamp(milliseconds: $0[0]), records: $0[1]) }
        }
    }

    package func forgetLedgerStamps(_ id: InstanceID, before moment: Timestamp) async throws {
        try await queue.perform { transaction in
            _ = try transaction.run(
                "DELETE FROM ledger_stamp WHERE instance = $1 AND stamp < $2",
                [id, moment.milliseconds]
            )
        }
    }

    package func ledgerStates(
        _ id: InstanceID,
        object: String,
        ids: [String]
    ) async throws -> [String: LedgerState] {
        guard !ids.isEmpty, let object = queue.state.objects[object.lowercased()] else { return [:] }
        return try await read { connection in
            let rows = try connection.run(
                """
                SELECT record_id, stamp, deleted FROM ledger
                WHERE instance = $1 AND object = $2 AND record_id = ANY ($3)
                """,
                [id, object, Column(ids)]
            )
            var states: [String: LedgerState] = [:]
            for row in rows {
                states[row[0]] = LedgerState(stamp: Timestamp(milliseconds: row[1]), isDeleted: row[2])
            }
            return states
        }
    }
}

extension WriteTransaction {
    mutating func save(_ records: [PollerRecord]) throws {
        if records.isEmpty { return }
        for id in Set(records.map(\.instanceID)) { try requireHeld(id) }
        try noteBaselines(of: records)
        for record in records {
            try run(
                """
                INSERT INTO poller (\(PollerRecord.columns))
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
                ON CONFLICT (instance, lower(object)) DO UPDATE SET object = excluded.object, cursor = excluded.cursor,
                    deleted_cursor = excluded.deleted_cursor, baseline = excluded.baseline,
                    last_poll = excluded.last_poll, next_poll = excluded.next_poll, api_calls = excluded.api_calls,
                    rows_read = excluded.rows_read, problem = excluded.problem,
                    provider_message = excluded.provider_message, note = excluded.note, resume = excluded.resume,
                    calls = excluded.calls
                """,
                [
                    record.instanceID, record.object, record.cursor?.milliseconds,
                    record.deletedCursor?.milliseconds,
                    record.baseline?.milliseconds, record.lastPoll?.milliseconds, record.nextPoll?.milliseconds,
                    record.apiCalls, record.rowsRead, record.problem, record.providerMessage, record.note,
                    record.resume, record.calls.json.text,
                ]
            )
        }
    }
}

extension WriteTransaction {
    /// Other nodes judge by them what they take in; they move with a first run alone.
    private mutating func noteBaselines(of records: [PollerRecord]) throws {
        let rows = try run(
            """
            SELECT DISTINCT u.instance FROM unnest($1, $2, $3) u (instance, object, baseline)
            LEFT JOIN poller p ON p.instance = u.instance AND lower(p.object) = lower(u.object)
            WHERE p.baseline IS DISTINCT FROM u.baseline
            """,
            [
                Column(records.map(\.instanceID)), Column(records.map(\.object)),
                Column(records.map { $0.baseline?.milliseconds }),
            ]
        )
        for row in rows { note(.instance, row[0]) }
    }
}

extension PollerRecord {
    fileprivate static let columns = """
        instance, object, cursor, deleted_cursor, baseline, last_poll, next_poll, api_calls, rows_read, problem,
        provider_message, note, resume, calls
        """

    fileprivate init(_ row: Row) {
        func moment(_ column: Int) -> Timestamp? { (row[column] as Int64?).map { Timestamp(milliseconds: $0) } }
        self.init(
            instanceID: row[0],
            object: row[1],
            cursor: moment(2),
            deletedCursor: moment(3),
            baseline: moment(4),
            lastPoll: moment(5),
            nextPoll: moment(6),
            calls: APICalls(stored: row[13], total: row[7]),
            rowsRead: row[8],
            problem: row[9],
            providerMessage: row[10],
            note: row[11],
            resume: row[12]
        )
    }
}
#endif
