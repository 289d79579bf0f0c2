package import Domain
import GRDB
import Primitives

extension SQLiteStore {
    package func histogram(_ request: HistogramRequest) async throws -> EventHistogram {
        try await scan(request.filter, counting: true) { db in
            let clock = ContinuousClock()
            let end = clock.now + .milliseconds(HistogramRequest.patience)
            return try EventHistogram.of(request, SQLiteEventIndex(db: db)) { clock.now >= end }
        }
    }
}

extension SQLiteEventIndex {
    func count(_ facet: Facet, in range: ClosedRange<Int64>) throws -> Int64 {
        let sql = facet.replay == nil ? EventStatement.count : EventStatement.countReplayed
        var values = Bindings(try prepared.statement(sql, db))
        values.add(range.lowerBound)
        values.add(range.upperBound)
        values.add(facet)
        return try values.run(in: db) { $0.integer(0) } ?? 0
    }

    func timeSpans(from: Timestamp, to: Timestamp) throws -> [ActivityBlocks.Block] {
        let statement = try db.cachedStatement(
            sql: "SELECT block, earliest, latest FROM span WHERE latest >= ? AND earliest < ? ORDER BY block"
        )
        return try Row.fetchAll(statement, arguments: [from.milliseconds, to.milliseconds])
            .map { ActivityBlocks.Block(number: $0[0], earliest: $0[1], latest: $0[2]) }
    }

    func first(
        in range: ClosedRange<Int64>,
        from: Timestamp?,
        to: Timestamp?,
        _ direction: PageRequest.Direction
    ) throws -> Int64? {
        let order = direction == .newestFirst ? "DESC" : "ASC"
        let statement = try db.cachedStatement(
            sql: """
                SELECT sequence FROM event NOT INDEXED WHERE sequence BETWEEN ? AND ? AND received >= ? AND received < ?
                ORDER BY sequence \(order) LIMIT 1
                """
        )
        return try Int64.fetchOne(
            statement,
            arguments: [
                range.lowerBound, range.upperBound, from?.milliseconds ?? Int64.min, to?.milliseconds ?? Int64.max,
            ]
        )
    }

    func moments(_ sequences: [Int64]) throws -> [Int64: Int64] {
        let statement = try db.cachedStatement(
            sql: "SELECT sequence, received FROM event WHERE sequence IN (SELECT value FROM json_each(?))"
        )
        let rows = try Row.fetchAll(statement, arguments: [NumberList.text(sequences)])
        return Dictionary(rows.map { ($0[0], $0[1]) }) { $1 }
    }
}
