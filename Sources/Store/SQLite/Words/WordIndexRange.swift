import GRDB

/// The sequences whose words are in the index, as `meta` keeps them; written in the same transaction as the words.
struct WordIndexRange: Sendable, Hashable {
    var first: Int64
    /// Smaller than the first where the index is empty.
    var last: Int64

    init(_ db: Database) throws {
        func number(_ name: String) throws -> Int64? {
            try Int64.fetchOne(
                try db.cachedStatement(sql: "SELECT value FROM meta WHERE name = ?"),
                arguments: [name]
            )
        }
        first = try number("words first") ?? 1
        last = try number("words last") ?? first - 1
    }

    var sequences: ClosedRange<Int64>? { first <= last ? first...last : nil }

    func write(_ transaction: WriteTransaction) throws {
        for (name, value) in [("words first", first), ("words last", last)] {
            try transaction.run("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", [name, value])
        }
    }
}
