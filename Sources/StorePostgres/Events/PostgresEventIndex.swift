#if PostgreSQL
import Domain
import Primitives
import Store

/// The reads of `EventIndex`, in the snapshot of one connection.
struct PostgresEventIndex: EventIndex {
    let connection: Connection
    var wordLimits = WordPlan.Limits.standard

    func facets() throws -> Facets {
        Facets(
            all: try counted("SELECT instance, object, change, state, events, NULL::bigint FROM counter"),
            replayed: try counted("SELECT instance, object, change, state, events, replay FROM replay_counter")
        )
    }

    private func counted(_ table: String) throws -> [CountedFacet] {
        let rows = try connection.run(
            """
            SELECT c.*, o.name FROM (\(table)) c (instance, object, change, state, events, replay)
            JOIN object o ON o.id = c.object WHERE c.events > 0
            """
        )
        return rows.map { row in
            CountedFacet(
                facet: Facet(
                    instance: row[0],
                    object: row[1],
                    change: Change(code: row[2]),
                    state: DeliveryState(code: row[3]),
                    replay: (row[5] as Int64?).map { ReplayVerdict(code: $0) }
                ),
                objectName: row[6],
                events: row[4]
            )
        }
    }

    func instanceNames() throws -> [InstanceID: String] {
        let rows = try connection.run("SELECT id, name FROM instance")
        return Dictionary(rows.map { ($0[0], $0[1]) }) { $1 }
    }

    func sequences(
        _ source: IndexSource,
        in range: ClosedRange<Int64>,
        _ direction: PageRequest.Direction,
        limit: Int
    ) throws -> [Int64] {
        let order = direction == .newestFirst ? "DESC" : "ASC"
        let condition: String
        let values: [any PostgresValue]
        switch source {
        case .words(let query): return try sequences(query, in: range, direction, limit: limit)
        case .everything: (condition, values) = ("", [])
        case .record(let id): (condition, values) = ("record_id = $4 AND", [id])
        case .event(let id): (condition, values) = ("event_id = $4 AND", [id])
        case .facet(let facet):
            let (facets, parts) = Self.condition(facet)
            (condition, values) = (facets + " AND", parts)
        }
        return try connection.run(
            "SELECT sequence FROM event WHERE \(condition) sequence BETWEEN $1 AND $2 ORDER BY sequence \(order) LIMIT $3",
            [range.lowerBound, range.upperBound, limit] + values
        ).map { $0[0] }
    }

    /// The columns of an index, with values from the fourth on.
    private static func condition(_ facet: Facet) -> (String, [any PostgresValue]) {
        let facets = "instance = $4 AND object = $5 AND change = $6 AND state = $7"
        let values: [any PostgresValue] = [facet.instance, facet.object, facet.change.code, facet.state.code]
        guard let replay = facet.replay else { return (facets, values) }
        return (facets + " AND replay = $8", values + [replay.code])
    }

    func passing(_ candidates: [Int64], _ residual: ResidualFilter) throws -> [Int64] {
        try EventCondition(residual.filter).passing(candidates, connection)
    }

    func blocks(from: Timestamp?, to: Timestamp?) throws -> [Int64] {
        try connection.run(
            "SELECT block FROM span WHERE latest >= $1 AND earliest < $2 ORDER BY block",
            [from?.milliseconds ?? Int64.min, to?.milliseconds ?? Int64.max]
        ).map { $0[0] }
    }

    func first(
        in range: ClosedRange<Int64>,
        from: Timestamp?,
        to: Timestamp?,
        _ direction: PageRequest.Direction
    ) throws -> Int64? {
        let order = direction == .newestFirst ? "DESC" : "ASC"
        return try connection.run(
            """
            SELECT sequence FROM event WHERE sequence BETWEEN $1 AND $2 AND received >= $3 AND received < $4
            ORDER BY sequence \(order) LIMIT 1
            """,
            [range.lowerBound, range.upperBound, from?.milliseconds ?? Int64.min, to?.milliseconds ?? Int64.max]
        ).number
    }

    func count(_ facet: Facet, in range: ClosedRange<Int64>) throws -> Int64 {
        let (condition, values) = Self.condition(facet)
        // The third value is there for the sake of the numbers.
        return try connection.run(
            "SELECT count(*) FROM event WHERE \(condition) AND sequence BETWEEN $1 AND $2 AND $3",
            [range.lowerBound, range.upperBound, true] + values
        ).number ?? 0
    }

    func timeSpans(from: Timestamp, to: Timestamp) throws -> [ActivityBlocks.Block] {
        try connection.run(
            "SELECT block, earliest, latest FROM span WHERE latest >= $1 AND earliest < $2 ORDER BY block",
            [from.milliseconds, to.milliseconds]
        ).map { ActivityBlocks.Block(number: $0[0], earliest: $0[1], latest: $0[2]) }
    }

    func moments(_ sequences: [Int64]) throws -> [Int64: Int64] {
        let rows = try connection.run(
            "SELECT sequence, received FROM event WHERE sequence = ANY ($1)",
            [Column(sequences)]
        )
        return Dictionary(rows.map { ($0[0], $0[1]) }) { $1 }
    }

    func tally(_ sequences: [Int64]) throws -> [EventTally] {
        try connection.run(
            """
            SELECT instance, state, replay, count(*) FROM event WHERE sequence = ANY ($1)
            GROUP BY instance, state, replay
            """,
            [Column(sequences)]
        ).map { row in
            EventTally(
                instance: row[0],
                state: DeliveryState(code: row[1]),
                replay: (row[2] as Int64?).map { ReplayVerdict(code: $0) },
                events: row[3]
            )
        }
    }

    func words() throws -> WordIndexState {
        let stored = try connection.run(
            "SELECT (SELECT min(sequence) FROM event), (SELECT max(sequence) FROM event)"
        ).first
        var range: ClosedRange<Int64>?
        if let stored, let first = stored[0] as Int64?, let last = stored[1] as Int64? { range = first...last }
        return WordIndexState(indexed: try WordIndexRange(connection).sequences, stored: range)
    }
}
#endif
