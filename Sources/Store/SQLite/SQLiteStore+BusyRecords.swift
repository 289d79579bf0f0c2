import Domain
import GRDB
import Primitives

extension SQLiteStore {
    /// Counted over a bounded run of the newest rows: whatever the rates, nothing else is read.
    static func busyRecords(_ id: InstanceID, at now: Timestamp, _ db: Database) throws -> BusyRecords {
        let last = try Int64.fetchOne(try db.cachedStatement(sql: "SELECT max(sequence) FROM event")) ?? 0
        let first = last - BusyRecords.lookedAt
        var since = now.milliseconds - BusyRecords.span
        // What was stored before the first that is looked at is not counted.
        let oldest = try db.cachedStatement(
            sql: "SELECT received FROM event WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT 1"
        )
        if first > 0, let received = try Int64.fetchOne(oldest, arguments: [first, last]) {
            since = max(since, received)
        }
        let counted = try db.cachedStatement(
            sql: """
                SELECT count(*), max(sequence) FROM event NOT INDEXED
                WHERE sequence > ? AND received >= ? AND instance = ?
                GROUP BY object, record_id HAVING count(*) > 1 ORDER BY 1 DESC, 2 DESC LIMIT ?
                """
        )
        let rows = try Row.fetchAll(counted, arguments: [first, since, id, BusyRecords.most])
        let newest = try EventSummary.all(rows.map { $0[1] }, PageRequest(limit: rows.count), db)
        let events = Dictionary(newest.map { ($0.sequence, $0) }) { $1 }
        return BusyRecords(
            records: rows.compactMap { row in
                events[row[1]].map { BusyRecord(newest: $0, events: row[0]) }
            },
            since: Timestamp(milliseconds: since)
        )
    }
}
