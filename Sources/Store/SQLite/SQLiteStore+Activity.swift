package import Domain
import GRDB
package import Primitives

extension SQLiteStore {
    package func activity(_ id: InstanceID, since: Timestamp) async throws -> ActivitySummary {
        try await look { db in try Self.activity(id, since: since, db) }
    }

    static func activity(_ id: InstanceID, since: Timestamp, _ db: Database) throws -> ActivitySummary {
        var filter = EventFilter()
        filter.instanceIDs = [id]
        let index = SQLiteEventIndex(db: db)
        let facets = try index.facets().streams(filter)
        let blocks = try index.timeSpans(from: since, to: Timestamp(milliseconds: .max))
        let sorted = ActivityBlocks(blocks, since: since)
        var events: [Int64: Int] = [:]
        for block in sorted.whole {
            let count = try facets.reduce(0) { $0 + (try index.count($1, in: block.sequences)) }
            if count > 0 { events[block.start, default: 0] += Int(clamping: count) }
        }
        for range in sorted.shared { try add(slotsOf: id, in: range, since: since, to: &events, db) }
        return ActivitySummary(since: since, events: events)
    }

    /// Neighbours are of one slot nearly always, so that to count them here costs less than SQLite's sorting by slot.
    private static func add(
        slotsOf id: InstanceID,
        in range: ClosedRange<Int64>,
        since: Timestamp,
        to events: inout [Int64: Int],
        _ db: Database
    ) throws {
        // Left to itself, SQLite takes the index by instance and reads all of its events for each block.
        let statement = try db.cachedStatement(
            sql: """
                SELECT received / ? FROM event NOT INDEXED WHERE sequence BETWEEN ? AND ? AND instance = ?
                AND received >= ?
                """
        )
        var values = Bindings(statement)
        values.add(ActivityBlocks.slot)
        values.add(range.lowerBound)
        values.add(range.upperBound)
        values.add(id)
        values.add(since.milliseconds)
        var (slot, count): (Int64, Int) = (0, 0)
        func enter() { if count > 0 { events[ActivityBlocks.start(ofSlot: slot), default: 0] += count } }
        try values.each(in: db) { row in
            let next = row.integer(0)
            if next != slot {
                enter()
                (slot, count) = (next, 0)
            }
            count += 1
        }
        enter()
    }

    /// Attempts know their notification only. Among the newest of all it is found at once; where other instances have
    /// made so many since, the newest event of each state leads to it.
    package func lastAttempt(_ id: InstanceID, url: String) async throws -> Attempt? {
        try await look { db in try Self.lastAttempt(id, url: url, db) }
    }

    static func lastAttempt(_ id: InstanceID, url: String, _ db: Database) throws -> Attempt? {
        let recent = try db.cachedStatement(
            sql: """
                SELECT a.notification FROM attempt a JOIN delivery d ON d.id = a.notification
                WHERE a.id > (SELECT max(id) FROM attempt) - ? AND d.instance = ? AND a.url = ?
                ORDER BY a.id DESC LIMIT 1
                """
        )
        if let notification = try Int64.fetchOne(recent, arguments: [CallbackFigures.recentAttempts, id, url]) {
            return try newest(of: notification, url: url, db)
        }
        var found: [Attempt] = []
        for state in [DeliveryState.delivered, .retrying, .dead] {
            var filter = EventFilter()
            filter.instanceIDs = [id]
            filter.states = [state]
            let page = try EventScan.page(PageRequest(limit: 1, filter: filter), SQLiteEventIndex(db: db))
            guard let sequence = page.first else { continue }
            let statement = try db.cachedStatement(sql: "SELECT notification FROM event WHERE sequence = ?")
            guard let notification = try Int64.fetchOne(statement, arguments: [sequence]) else { continue }
            if let attempt = try newest(of: notification, url: url, db) { found.append(attempt) }
        }
        return found.max { $0.startedAt < $1.startedAt }
    }

    private static func newest(of notification: Int64, url: String, _ db: Database) throws -> Attempt? {
        try Attempt.all(of: notification, db).last { $0.url == url }
    }
}
