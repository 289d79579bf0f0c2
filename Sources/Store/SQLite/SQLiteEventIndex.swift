import Domain
import GRDB
import Primitives

/// The reads of `EventIndex`, in the snapshot of one connection.
struct SQLiteEventIndex: EventIndex {
    let db: Database
    var wordLimits = WordPlan.Limits.standard

    func facets() throws -> Facets {
        Facets(
            all: try counted("SELECT instance, object, change, state, events, NULL FROM counter"),
            replayed: try counted("SELECT instance, object, change, state, events, replay FROM replay_counter")
        )
    }

    private func counted(_ table: String) throws -> [CountedFacet] {
        let statement = try db.cachedStatement(
            sql: "SELECT c.*, o.name FROM (\(table)) c JOIN object o ON o.id = c.object WHERE c.events > 0"
        )
        return try Row.fetchAll(statement).map { row in
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
        let rows = try Row.fetchAll(try db.cachedStatement(sql: "SELECT id, name FROM instance"))
        return Dictionary(rows.map { ($0[0], $0[1]) }) { $1 }
    }

    func sequences(
        _ source: EventSource,
        in range: ClosedRange<Int64>,
        _ direction: PageRequest.Direction,
        limit: Int
    ) throws -> [Int64] {
        let order = direction == .newestFirst ? "DESC" : "ASC"
        var arguments: [(any DatabaseValueConvertible)?]
        let table: String
        switch source {
        case .words(let query):
            let isStored =
                try WordEdition.mayHoldPurged(db)
                ? "AND EXISTS (SELECT 1 FROM event WHERE sequence = words.rowid)" : ""
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
        case .everything:
            table = "event WHERE"
            arguments = []
        case .record(let id):
            table = "event INDEXED BY event_record WHERE record_id = ? AND"
            arguments = [id]
        case .event(let id):
            table = "event INDEXED BY event_key WHERE event_id = ? AND"
            arguments = [id]
        case .facet(let facet):
            arguments = [facet.instance, facet.object, facet.change.code, facet.state.code]
            let facets = "WHERE instance = ? AND object = ? AND change = ? AND state = ? AND"
            if let replay = facet.replay {
                table = "event INDEXED BY event_replay \(facets) replay = ? AND"
                arguments.append(replay.code)
            } else {
                table = "event INDEXED BY event_facet \(facets)"
            }
        }
        let statement = try db.cachedStatement(
            sql: "SELECT sequence FROM \(table) sequence BETWEEN ? AND ? ORDER BY sequence \(order) LIMIT ?"
        )
        arguments += [range.lowerBound, range.upperBound, limit]
        return try Int64.fetchAll(statement, arguments: StatementArguments(arguments))
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

/// A list of numbers as one argument of `json_each`.
enum NumberList {
    static func text(_ numbers: some Sequence<Int64>) -> String {
        "[" + numbers.map(String.init).joined(separator: ",") + "]"
    }
}
