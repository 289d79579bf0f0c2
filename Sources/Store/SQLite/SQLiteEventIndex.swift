import Domain
import GRDB
import Primitives

/// The reads of `EventIndex`, in the snapshot of one connection.
struct SQLiteEventIndex: EventIndex {
    let db: Database
    var wordLimits = WordPlan.Limits.standard
    let prepared = PreparedStatements()

    func facets() throws -> Facets {
        Facets(all: try counted(EventStatement.counters), replayed: try counted(EventStatement.replayCounters))
    }

    private func counted(_ sql: StaticString) throws -> [CountedFacet] {
        var found: [CountedFacet] = []
        try Bindings(prepared.statement(sql, db)).each(in: db) { row in
            let facet = Facet(
                instance: row.integer(0),
                object: row.integer(1),
                change: Change(code: row.integer(2)),
                state: DeliveryState(code: row.integer(3)),
                replay: row.integerIfAny(5).map { ReplayVerdict(code: $0) }
            )
            found.append(CountedFacet(facet: facet, objectName: row.text(6), events: row.integer(4)))
        }
        return found
    }

    func instanceNames() throws -> [InstanceID: String] {
        let rows = try Row.fetchAll(try db.cachedStatement(sql: "SELECT id, name FROM instance"))
        return Dictionary(rows.map { ($0[0], $0[1]) }) { $1 }
    }

    func sequences(
        _ source: IndexSource,
        in range: ClosedRange<Int64>,
        _ direction: PageRequest.Direction,
        limit: Int
    ) throws -> [Int64] {
        switch source {
        case .words(let query): try sequences(query, in: range, direction, limit: limit)
        case .everything: try sequences(by: .everything, in: range, direction, limit: limit) { _ in }
        case .record(let id): try sequences(by: .record, in: range, direction, limit: limit) { $0.add(id) }
        case .event(let id): try sequences(by: .event, in: range, direction, limit: limit) { $0.add(id) }
        case .facet(let facet):
            try sequences(by: facet.replay == nil ? .facet : .replayed, in: range, direction, limit: limit) {
                $0.add(facet)
            }
        }
    }

    func sequences(
        of facets: [Facet],
        in range: ClosedRange<Int64>,
        _ direction: PageRequest.Direction,
        limit: Int
    ) throws -> [Int64]? { try MergedFacets(facets)?.sequences(in: range, direction, limit: limit, db) }

    private func sequences(
        by statement: EventStatement,
        in range: ClosedRange<Int64>,
        _ direction: PageRequest.Direction,
        limit: Int,
        _ addKey: (inout Bindings) -> Void
    ) throws -> [Int64] {
        var values = Bindings(try prepared.statement(statement.sql(direction), db))
        values.add(range.lowerBound)
        values.add(range.upperBound)
        values.add(limit)
        addKey(&values)
        var found: [Int64] = []
        try values.each(in: db) { found.append($0.integer(0)) }
        return found
    }

    private func sequences(
        _ query: WordQuery,
        in range: ClosedRange<Int64>,
        _ direction: PageRequest.Direction,
        limit: Int
    ) throws -> [Int64] {
        let order = direction == .newestFirst ? "DESC" : "ASC"
        let isStored =
            try WordEdition.mayHoldPurged(db) ? "AND EXISTS (SELECT 1 FROM event WHERE sequence = words.rowid)" : ""
        let past = try sequencesPastRuns(query, in: range, direction, limit: limit, isStored: isStored)
        if let past { return past }
        return try WordFile.reading {
            let statement = try db.cachedStatement(
                sql: """
                    SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ? \(isStored)
                    ORDER BY rowid \(order) LIMIT ?
                    """
            )
            return try Int64.fetchAll(
                statement,
                arguments: [query.matchText, range.lowerBound, range.upperBound, limit]
            )
        }
    }

    func sequences(
        _ query: WordQuery,
        among few: [Int64],
        _ direction: PageRequest.Direction,
        limit: Int
    ) throws -> [Int64]? {
        guard let first = few.min(), let last = few.max() else { return [] }
        let order = direction == .newestFirst ? "DESC" : "ASC"
        return try WordFile.reading {
            // With the sign it is SQLite that looks for each number in the list. Else FTS5 would begin anew for each of the
            // list's, which costs many times as much. Words of purged events need no look: none of these is gone.
            let statement = try db.cachedStatement(
                sql: """
                    SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ?
                    AND +rowid IN (SELECT value FROM json_each(?)) ORDER BY rowid \(order) LIMIT ?
                    """
            )
            return try Int64.fetchAll(
                statement,
                arguments: [query.matchText, first, last, NumberList.text(few), limit]
            )
        }
    }

    func passing(_ candidates: [Int64], _ residual: ResidualFilter) throws -> [Int64] {
        try EventCondition(residual.filter).passing(candidates, db)
    }

    func blocks(from: Timestamp?, to: Timestamp?) throws -> [Int64] {
        let statement = try db.cachedStatement(
            sql: "SELECT block FROM span WHERE latest >= ? AND earliest < ? ORDER BY block"
        )
        return try Int64.fetchAll(
            statement,
            arguments: [from?.milliseconds ?? Int64.min, to?.milliseconds ?? Int64.max]
        )
    }

    func tally(_ sequences: [Int64]) throws -> [EventTally] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT instance, state, replay, count(*) FROM event
                WHERE sequence IN (SELECT value FROM json_each(?)) GROUP BY instance, state, replay
                """
        )
        return try Row.fetchAll(statement, arguments: [NumberList.text(sequences)]).map { row in
            EventTally(
                instance: row[0],
                state: DeliveryState(code: row[1]),
                replay: (row[2] as Int64?).map { ReplayVerdict(code: $0) },
                events: row[3]
            )
        }
    }
}

extension SQLiteEventIndex {
    func words() throws -> WordIndexState {
        let stored = try Row.fetchOne(
            try db.cachedStatement(
                sql: "SELECT (SELECT min(sequence) FROM event), (SELECT max(sequence) FROM event)"
            )
        )
        var range: ClosedRange<Int64>?
        if let first = stored?[0] as Int64?, let last = stored?[1] as Int64? { range = first...last }
        return WordIndexState(indexed: try WordIndexRange(db).sequences, stored: range)
    }
}

/// A list of numbers as one argument of `json_each`, or as a range.
enum NumberList {
    static func text(_ numbers: some Sequence<Int64>) -> String {
        "[" + numbers.map(String.init).joined(separator: ",") + "]"
    }

    /// What holds these numbers and no other, where each is the next one of that before it, up or down.
    static func range(of numbers: [Int64]) -> ClosedRange<Int64>? {
        guard let first = numbers.first, let last = numbers.last else { return nil }
        let step: Int64 = first <= last ? 1 : -1
        let isDense = zip(numbers, numbers.dropFirst()).allSatisfy { number, next in next &- number == step }
        return isDense ? min(first, last)...max(first, last) : nil
    }
}
