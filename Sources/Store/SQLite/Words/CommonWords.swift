import Domain
import GRDB
import Primitives

/// Words that every event of a step of indexing bears.
///
/// Whoever looks for the events without such a word passes over the step: the index would go through the list of all events
/// and through the word's, and find nothing. Steps that follow each other are one run, so that a word of all events is one
/// row. What is said of a step stays true of those of its events that a purge leaves.
struct CommonWords: Sendable, Hashable {
    /// What fewer events have in common would be rows for nothing.
    static let fewestEvents = 64
    /// Words of a step, so that large records that are much alike don't bring more.
    private static let most = 256

    let words: [String]

    init(_ events: [IndexedWords]) {
        var shared = SharedWords()
        if events.count >= Self.fewestEvents {
            for event in events where !shared.isOver { shared.add(event.values) }
        }
        words = Array(shared.words.filter { $0 != FoldedText.mark }.prefix(Self.most))
    }

    /// In the transaction that adds these events' words. `range` holds the step, and no event that isn't of it; of runs before
    /// the oldest event nothing is left.
    func write(_ range: ClosedRange<Int64>, oldest: Int64, _ db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM common WHERE last < ?").execute(arguments: [oldest])
        // What is indexed grows both ways.
        let lengthen = try db.cachedStatement(
            sql: """
                UPDATE common SET last = ? WHERE word = ? AND +last = ?
                AND first = (SELECT max(first) FROM common WHERE word = ? AND first <= ?)
                """
        )
        let lead = try db.cachedStatement(sql: "UPDATE OR REPLACE common SET first = ? WHERE word = ? AND first = ?")
        let add = try db.cachedStatement(sql: "INSERT OR REPLACE INTO common (word, first, last) VALUES (?, ?, ?)")
        let (before, after) = (range.lowerBound - 1, range.upperBound + 1)
        for word in words {
            try lengthen.execute(arguments: [range.upperBound, word, before, word, before])
            if db.changesCount > 0 { continue }
            try lead.execute(arguments: [range.lowerBound, word, after])
            if db.changesCount > 0 { continue }
            try add.execute(arguments: [word, range.lowerBound, range.upperBound])
        }
    }

    /// What is left of a range without the runs of so many events that bear one of the words, lowest first.
    static func gaps(
        of words: [String],
        in range: ClosedRange<Int64>,
        atLeast fewest: Int64,
        _ db: Database
    ) throws -> [ClosedRange<Int64>] {
        // The sign keeps SQLite from going through all words' runs up to the place.
        let statement = try db.cachedStatement(
            sql: "SELECT first, last FROM common WHERE word = ? AND first <= ? AND +last >= ? AND last - first >= ?"
        )
        var runs: [(first: Int64, last: Int64)] = []
        for word in words {
            var values = Bindings(statement)
            values.add(word)
            values.add(range.upperBound)
            values.add(range.lowerBound)
            values.add(max(0, fewest - 1))
            try values.each(in: db) { runs.append((first: $0.integer(0), last: $0.integer(1))) }
        }
        var gaps: [ClosedRange<Int64>] = []
        var next = range.lowerBound
        for run in runs.sorted(by: { $0.first < $1.first }) {
            if next < run.first { gaps.append(next...(run.first - 1)) }
            next = max(next, run.last.adding(saturating: 1))
        }
        if next <= range.upperBound { gaps.append(next...range.upperBound) }
        return gaps
    }
}

extension SQLiteEventIndex {
    /// The events without words of which whole runs are passed over; nil where none can be.
    ///
    /// In what is left two lists are gone through side by side, by SQLite: FTS5 looks at the end of a range only when it has
    /// found something, and would go on through the next run.
    func sequencesPastRuns(
        _ query: WordQuery,
        in range: ClosedRange<Int64>,
        _ direction: PageRequest.Direction,
        limit: Int,
        isStored: String
    ) throws -> [Int64]? {
        let words = query.soleUnwanted
        if words.isEmpty { return nil }
        return try WordFile.reading { () throws -> [Int64]? in
            let gaps = try CommonWords.gaps(of: words, in: range, atLeast: wordLimits.run, db)
            if gaps == [range] { return nil }
            let isNewestFirst = direction == .newestFirst
            let statement = try db.cachedStatement(
                sql: """
                    SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ? \(isStored)
                    EXCEPT SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ?
                    ORDER BY 1 \(isNewestFirst ? "DESC" : "ASC") LIMIT ?
                    """
            )
            var found: [Int64] = []
            for gap in isNewestFirst ? gaps.reversed() : gaps where found.count < limit {
                found += try Int64.fetchAll(
                    statement,
                    arguments: [
                        query.wantedText, gap.lowerBound, gap.upperBound, query.unwantedText, gap.lowerBound,
                        gap.upperBound, limit - found.count,
                    ]
                )
            }
            return found
        }
    }
}
