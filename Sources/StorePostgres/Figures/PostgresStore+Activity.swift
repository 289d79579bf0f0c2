#if PostgreSQL
package import Domain
package import Primitives
import Store

extension PostgresStore {
    package func activity(_ id: InstanceID, since: Timestamp) async throws -> ActivitySummary {
        try await look { try Self.activity(id, since: since, $0) }
    }

    static func activity(
        _ id: InstanceID,
        since: Timestamp,
        _ connection: Connection
    ) throws -> ActivitySummary {
        var filter = EventFilter()
        filter.instanceIDs = [id]
        let index = PostgresEventIndex(connection: connection)
        let facets = try index.facets().streams(filter)
        let blocks = try index.timeSpans(from: since, to: Timestamp(milliseconds: .max))
        let sorted = ActivityBlocks(blocks, since: since)
        var events: [Int64: Int] = [:]
        for block in sorted.whole {
            let count = try facets.reduce(0) { $0 + (try index.count($1, in: block.sequences)) }
            if count > 0 { events[block.start, default: 0] += Int(clamping: count) }
        }
        for range in sorted.shared {
            let slots = try connection.run(
                """
                SELECT received / $1, count(*) FROM event WHERE sequence BETWEEN $2 AND $3 AND instance = $4
                AND received >= $5 GROUP BY 1
                """,
                [ActivityBlocks.slot, range.lowerBound, range.upperBound, id, since.milliseconds]
            )
            for row in slots { events[ActivityBlocks.start(ofSlot: row[0]), default: 0] += row[1] as Int }
        }
        return ActivitySummary(since: since, events: events)
    }

    /// Attempts know their notification only. Among the newest of all it is found at once; where other instances have
    /// made so many since, the newest event of each state leads to it.
    package func lastAttempt(_ id: InstanceID, url: String) async throws -> Attempt? {
        try await look { try Self.lastAttempt(id, url: url, $0) }
    }

    private static func lastAttempt(_ id: InstanceID, url: String, _ connection: Connection) throws -> Attempt? {
        let recent = try connection.run(
            """
            SELECT a.notification FROM attempt a JOIN delivery d ON d.id = a.notification
            WHERE a.id > (SELECT max(id) FROM attempt) - $1 AND d.instance = $2 AND a.url = $3
            ORDER BY a.id DESC LIMIT 1
            """,
            [CallbackFigures.recentAttempts, id, url]
        ).number
        if let notification = recent { return try newest(of: notification, url: url, connection) }
        var found: [Attempt] = []
        for state in [DeliveryState.delivered, .retrying, .dead] {
            var filter = EventFilter()
            filter.instanceIDs = [id]
            filter.states = [state]
            let index = PostgresEventIndex(connection: connection)
            guard let sequence = try EventScan.page(PageRequest(limit: 1, filter: filter), index).first else {
                continue
            }
            let event = try connection.run("SELECT notification FROM event WHERE sequence = $1", [sequence]).number
            guard let notification = event else { continue }
            if let attempt = try newest(of: notification, url: url, connection) { found.append(attempt) }
        }
        return found.max { $0.startedAt < $1.startedAt }
    }

    private static func newest(of notification: Int64, url: String, _ connection: Connection) throws -> Attempt? {
        try Attempt.all(of: notification, connection).last { $0.url == url }
    }
}
#endif
