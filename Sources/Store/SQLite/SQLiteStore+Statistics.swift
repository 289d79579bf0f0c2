package import Domain
import GRDB
package import Primitives

extension SQLiteStore {
    package func statistics(_ request: StatisticsRequest?, at now: Timestamp) async throws -> StoredStatistics {
        try await look { db in try Self.statistics(request, at: now, db) }
    }

    static func statistics(
        _ request: StatisticsRequest?,
        at now: Timestamp,
        _ db: Database
    ) throws -> StoredStatistics {
        let index = SQLiteEventIndex(db: db)
        let facets = try index.facets()
        var statistics = StoredStatistics(facets, try rates(of: facets, at: now, db))
        guard let request else { return statistics }
        var oldest: Timestamp?
        if let sequence = try EventScan.page(.oldestOpen(of: request.instance), index).first {
            let statement = try db.cachedStatement(sql: "SELECT received FROM event WHERE sequence = ?")
            oldest = try Int64.fetchOne(statement, arguments: [sequence]).map { Timestamp(milliseconds: $0) }
        }
        statistics.events = EventFigures(
            objects: ObjectFigures.of(facets.of(request.instance)),
            callback: CallbackFigures(try samples(request, db)),
            oldestOpen: oldest,
            busiest: try busyRecords(request.instance, at: now, db)
        )
        return statistics
    }

    private static func rates(of facets: Facets, at now: Timestamp, _ db: Database) throws -> RecentRates {
        let minute = ActivitySummary.lastMinute(at: now)
        let last = try Int64.fetchOne(try db.cachedStatement(sql: "SELECT max(sequence) FROM event")) ?? 0
        let first = last - RecentRates.most
        // Left to itself, SQLite reads the whole index by instance for the sake of the grouping.
        let statement = try db.cachedStatement(
            sql: """
                SELECT instance, count(*) FROM event NOT INDEXED
                WHERE sequence > ? AND received >= ? AND received < ? GROUP BY instance
                """
        )
        let arguments = [first, minute.lowerBound.milliseconds, minute.upperBound.milliseconds]
        let rows = try Row.fetchAll(statement, arguments: StatementArguments(arguments))
        let counts: [(InstanceID, Int)] = rows.map { ($0[0], $0[1]) }
        let before = try db.cachedStatement(
            sql: "SELECT received FROM event NOT INDEXED WHERE sequence <= ? ORDER BY sequence DESC LIMIT 1"
        )
        let newest = try Int64.fetchOne(before, arguments: [first]).map { Timestamp(milliseconds: $0) }
        return try RecentRates(
            Dictionary(counts) { $1 },
            isCut: newest.map { $0 >= minute.lowerBound } ?? false,
            in: minute,
            of: Set(facets.all.map(\.facet.instance))
        ) { try activity($0, since: $1, db) }
    }

    /// Attempts know their notification only, so those of the instance are looked for among the newest of all.
    private static func samples(_ request: StatisticsRequest, _ db: Database) throws -> [CallbackFigures.Sample] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT a.ms, a.status FROM attempt a JOIN delivery d ON d.id = a.notification
                WHERE a.id > (SELECT max(id) FROM attempt) - ? AND d.instance = ? AND a.url = ?
                ORDER BY a.id DESC LIMIT ?
                """
        )
        let arguments: StatementArguments = [
            CallbackFigures.recentAttempts, request.instance, request.callbackURL, CallbackFigures.most,
        ]
        return try Row.fetchAll(statement, arguments: arguments).map { row in
            let status: Int? = row[1]
            return CallbackFigures.Sample(
                milliseconds: row[0],
                isSuccess: status.map { AttemptOutcome.response(status: $0).isSuccess } ?? false
            )
        }
    }

    /// The database with its log.
    package func usedBytes() async -> Int64? { directory.usedBytes }
}
