import GRDB

/// The sequences whose words are in the index; written in the same transaction as the words.
struct WordIndexRange: Sendable, Hashable {
    var first: Int64
    /// Smaller than the first where the index is empty.
    var last: Int64

    init(_ db: Database) throws {
        let row = try WordFile.reading {
            try Row.fetchOne(try db.cachedStatement(sql: "SELECT first, last FROM indexed"))
        }
        guard let row, let first = Int64.fromDatabaseValue(row[0]), let last = Int64.fromDatabaseValue(row[1]) else {
            throw WordFault(error: WordFile.damage("no range"))
        }
        (self.first, self.last) = (first, last)
    }

    /// An empty one, from which the index grows both ways.
    init(before next: Int64) {
        (first, last) = (next, next - 1)
    }

    var sequences: ClosedRange<Int64>? { first <= last ? first...last : nil }

    func write(_ db: Database) throws {
        try db.cachedStatement(sql: "UPDATE indexed SET first = ?, last = ?").execute(arguments: [first, last])
    }
}
