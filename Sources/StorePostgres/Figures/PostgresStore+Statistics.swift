#if PostgreSQL
package import Domain
package import Primitives
import Store

extension PostgresStore {
    package func statistics(_ request: StatisticsRequest?, at now: Timestamp) async throws -> StoredStatistics {
        try await look { try Self.statistics(request, at: now, $0) }
    }

    private static func statistics(
        _ request: StatisticsRequest?,
        at now: Timestamp,
        _ connection: Connection
    ) throws -> StoredStatistics {
        let index = PostgresEventIndex(connection: connection)
        let facets = try index.facets()
        var statistics = StoredStatistics(facets, try rates(of: facets, at: now, connection))
        guard let request else { return statistics }
        var oldest: Timestamp?
        if let sequence = try EventScan.page(.oldestOpen(of: request.instance), index).first {
            oldest = try index.moments([sequence])[sequence].map { Timestamp(milliseconds: $0) }
        }
        statistics.events = EventFigures(
            objects: ObjectFigures.of(facets.of(request.instance)),
            callback: CallbackFigures(try samples(request, connection)),
            oldestOpen: oldest,
            busiest: try busyRecords(request.instance, at: now, connection)
        )
        return statistics
    }

    private static func newest(_ connection: Connection) throws -> Int64 {
        try connection.run("SELECT coalesce(max(sequence), 0) FROM event").number ?? 0
    }

    private static func rates(
        of facets: Facets,
        at now: Timestamp,
        _ connection: Connection
    ) throws -> RecentRates {
        let minute = ActivitySummary.lastMinute(at: now)
        let first = try newest(connection) - RecentRates.most
        let rows = try connection.run(
            """
            SELECT instance, count(*) FROM
                (SELECT instance, received FROM event WHERE sequence > $1 ORDER BY sequence) e
            WHERE received >= $2 AND received < $3 GROUP BY instance
            """,
            [first, minute.lowerBound.milliseconds, minute.upperBound.milliseconds]
        )
        let counts: [(InstanceID, Int)] = rows.map { ($0[0], $0[1]) }
        let before = try connection.run(
            "SELECT received FROM event WHERE sequence <= $1 ORDER BY sequence DESC LIMIT 1",
            [first]
        ).number
        return try RecentRates(
            Dictionary(counts) { $1 },
            isCut: before.map { $0 >= minute.lowerBound.milliseconds } ?? false,
            in: minute,
            of: Set(facets.all.map(\.facet.instance))
        ) { try activity($0, since: $1, connection) }
    }

    /// Attempts know their notification only, so those of the instance are looked for among the newest of all.
    private static func samples(
        _ request: StatisticsRequest,
        _ connection: Connection
    ) throws -> [CallbackFigures.Sample] {
        try connection.run(
            """
            SELECT a.ms, a.status FROM attempt a JOIN delivery d ON d.id = a.notification
            WHERE a.id > (SELECT max(id) FROM attempt) - $1 AND d.instance = $2 AND a.url = $3
            ORDER BY a.id DESC LIMIT $4
            """,
            [CallbackFigures.recentAttempts, request.instance, request.callbackURL, CallbackFigures.most]
        ).map { row in
            let status: Int? = row[1]
            return CallbackFigures.Sample(
                milliseconds: row[0],
                isSuccess: status.map { AttemptOutcome.response(status: $0).isSuccess } ?? false
            )
        }
    }

    /// Counted over a bounded run of the newest rows: whatever the rates, nothing else is read.
    private static func busyRecords(
        _ id: InstanceID,
        at now: Timestamp,
        _ connection: Connection
    ) throws -> BusyRecords {
        let last = try newest(connection)
        let first = last - BusyRecords.lookedAt
        var since = now.milliseconds - BusyRecords.span
        // What was stored before the first that is looked at is not counted.
        if first > 0,
            let oldest = try connection.run(
                "SELECT received FROM event WHERE sequence > $1 AND sequence <= $2 ORDER BY sequence LIMIT 1",
                [first, last]
            ).first
        {
            since = max(since, oldest[0])
        }
        let rows = try connection.run(
            """
            SELECT count(*), max(sequence) FROM
                (SELECT sequence, received, instance, object, record_id FROM event WHERE sequence > $1 ORDER BY sequence) e
            WHERE received >= $2 AND instance = $3
            GROUP BY object, record_id HAVING count(*) > 1 ORDER BY 1 DESC, 2 DESC LIMIT $4
            """,
            [first, since, id, BusyRecords.most]
        )
        let newest = try EventSummary.all(rows.map { $0[1] }, PageRequest(limit: rows.count), connection)
        let events = Dictionary(newest.map { ($0.sequence, $0) }) { $1 }
        return BusyRecords(
            records: rows.compactMap { row in
                events[row[1] as Int64].map { BusyRecord(newest: $0, events: row[0]) }
            },
            since: Timestamp(milliseconds: since)
        )
    }
}
#endif
