import Domain
import GRDB

/// Some events next to the index whose words it is to be given: newer ones first, then what lies before it.
struct WordIndexStep: Sendable {
    struct Text: Sendable {
        let sequence: Int64
        let words: IndexedWords
    }

    private struct Event {
        let sequence: Int64
        let instance: InstanceID
        let object: Int64
        let change: Change
        let name: String?
        let record: String
    }

    /// Bounds of the memory that a step needs. The more are added at once, the less each costs.
    static let mostEvents = 1024
    private static let mostBytes = 1024 * 1024

    private let before: WordIndexRange
    private(set) var after: WordIndexRange
    /// The oldest event of all.
    private(set) var oldest: Int64 = 0
    private var events: [Event] = []

    /// Nil where there is nothing to add: what is newer than the index may be few.
    init?(_ db: Database, trail: Int64, most: Int) throws {
        before = try WordIndexRange(db)
        after = before
        let state = try SQLiteEventIndex(db: db).words()
        guard state.rest >= trail, let stored = state.stored else { return nil }
        oldest = stored.lowerBound
        let newer = stored.upperBound - before.last
        if newer > 0, newer >= trail || before.first <= stored.lowerBound {
            try read(db, (before.last + 1)...stored.upperBound, "ASC", most)
            after.last = events.last?.sequence ?? stored.upperBound
        } else if before.first > stored.lowerBound {
            try read(db, stored.lowerBound...(before.first - 1), "DESC", most)
            after.first = events.last?.sequence ?? stored.lowerBound
            events.reverse()
        } else {
            return nil
        }
    }

    private mutating func read(_ db: Database, _ range: ClosedRange<Int64>, _ order: String, _ most: Int) throws {
        let statement = try db.cachedStatement(
            sql: """
                SELECT e.sequence, e.instance, e.object, e.change, e.record_name, p.record FROM event e
                JOIN payload p ON p.sequence = e.sequence WHERE e.sequence BETWEEN ? AND ? ORDER BY e.sequence \(order)
                LIMIT ?
                """
        )
        let rows = try Row.fetchCursor(statement, arguments: [range.lowerBound, range.upperBound, most])
        var bytes = 0
        while bytes < Self.mostBytes, let row = try rows.next() {
            let record: String = row[5]
            bytes += record.utf8.count
            events.append(
                Event(
                    sequence: row[0],
                    instance: row[1],
                    object: row[2],
                    change: Change(code: row[3]),
                    name: row[4],
                    record: record
                )
            )
        }
    }

    /// The sequences that the index gains.
    var added: ClosedRange<Int64> {
        after.last > before.last ? (before.last + 1)...after.last : after.first...(before.first - 1)
    }

    /// What the index is given, in rising order (FTS5 writes what it has gathered as often as a number is smaller than the one
    /// before); the work that needs no database.
    var texts: [Text] {
        events.map { event in
            Text(
                sequence: event.sequence,
                words: IndexedWords(
                    instance: event.instance,
                    object: event.object,
                    change: event.change,
                    name: event.name,
                    record: event.record
                )
            )
        }
    }
}
