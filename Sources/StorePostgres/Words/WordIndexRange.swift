#if PostgreSQL
/// The sequences whose words are in the index, as `meta` keeps them; written in the same transaction as the words.
struct WordIndexRange: Sendable, Hashable {
    var first: Int64
    /// Smaller than the first where the index is empty.
    var last: Int64
    /// Whether an event has more words than are kept of one, so that whatever is found has to be looked at.
    var hasLong = false

    init(_ connection: Connection) throws {
        let rows = try connection.run(
            "SELECT name, value FROM meta WHERE name IN ('words first', 'words last', 'words long')"
        )
        let values = Dictionary(rows.map { ($0[0] as String, $0[1] as Int64) }) { $1 }
        first = values["words first"] ?? 1
        last = values["words last"] ?? first - 1
        hasLong = values["words long"] != nil
    }

    var sequences: ClosedRange<Int64>? { first <= last ? first...last : nil }

    func write(_ connection: Connection) throws {
        var names = [("words first", first), ("words last", last)]
        if hasLong { names.append(("words long", 1)) }
        for (name, value) in names {
            try connection.run(
                """
                INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value
                """,
                [name, value]
            )
        }
    }
}
#endif
