package import Domain
import GRDB
package import Primitives

extension SQLiteStore {
    package func ledgerIDs(
        _ id: InstanceID,
        object: String,
        after: String?,
        limit: Int
    ) async throws -> [String] {
        guard let object = queue.state.objects[object.lowercased()] else { return [] }
        return try await read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT record_id FROM ledger
                    WHERE instance = ? AND object = ? AND record_id > ? AND deleted = 0 ORDER BY record_id LIMIT ?
                    """,
                arguments: [id, object, after ?? "", limit]
            )
        }
    }

    package func ledgerStamps(
        _ id: InstanceID,
        object: String,
        from: Timestamp,
        to: Timestamp
    ) async throws -> [StampCount] {
        guard let object = queue.state.objects[object.lowercased()] else { return [] }
        return try await read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: Self.stampsStatement,
                arguments: [id, object, from.milliseconds, to.milliseconds]
            )
            var counts: [StampCount] = []
            while let row = try rows.next() {
                counts.append(StampCount(stamp: Timestamp(milliseconds: row[0]), records: row[1]))
            }
            return counts
        }
    }

    static let stampsStatement = """
        SELECT stamp, records FROM ledger_stamp
        WHERE instance = ? AND object = ? AND stamp >= ? AND stamp < ? AND records > 0 ORDER BY stamp
        """

    package func forgetLedgerStamps(_ id: InstanceID, before moment: Timestamp) async throws {
        try await queue.perform { transaction in
            try transaction.run(
                "DELETE FROM ledger_stamp WHERE instance = ? AND stamp < ?",
                [id, moment.milliseconds]
            )
        }
    }

    package func ledgerStates(
        _ id: InstanceID,
        object: String,
        ids: [String]
    ) async throws -> [String: LedgerState] {
        guard let object = queue.state.objects[object.lowercased()] else { return [:] }
        return try await read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: Self.statesStatement,
                arguments: [StringList.text(ids), id, object]
            )
            var states: [String: LedgerState] = [:]
            states.reserveCapacity(ids.count)
            while let row = try rows.next() {
                states[row[0]] = LedgerState(stamp: Timestamp(milliseconds: row[1]), isDeleted: row[2])
            }
            return states
        }
    }

    /// Each id by the key of the ledger.
    static let statesStatement = """
        SELECT l.record_id, l.stamp, l.deleted FROM json_each(?) AS asked CROSS JOIN ledger AS l
        ON l.instance = ? AND l.object = ? AND l.record_id = asked.value
        """
}
