import Domain
import GRDB
import Testing

@testable import Store

/// Searches are given to SQLite as texts, for every row anew.
struct SearchFunctionTests {
    /// What a row holds: the rows are told apart by their searches, which come by turns.
    private static let rows: [(name: String?, record: String, search: String, isHeld: Bool)] = [
        ("Acme", "{}", "acme", true), ("Acme", "{}", "ac*", true), ("Acme", "{}", "acm", false),
        (nil, #"{"City":"New York"}"#, "\"new york\"", true), (nil, #"{"City":"New York"}"#, "\"york new\"", false),
        (nil, #"{"City":"New York"}"#, "city", false), (nil, #"{"City":"Z\u00fcrich"}"#, "zurich", true),
        (nil, #"{"City":"Z\u00fcrich"}"#, "u00fcrich", false), (nil, #"{"attributes":{"url":"acme"}}"#, "acme", false),
        (nil, #"{"City":"acme""#, "acme", false), (nil, #"{"a":"new","b":"york"}"#, "\"new york\"", false),
        // A syllable, and the letters that it is made of.
        ("\u{D55C}", "{}", "\u{D55C}", true), ("\u{D55C}", "{}", "\u{1112}\u{1161}\u{11AB}", false),
        ("\u{1112}\u{1161}\u{11AB}", "{}", "\u{1112}\u{1161}\u{11AB}", true),
        ("\u{1112}\u{1161}\u{11AB}", "{}", "\u{D55C}", false),
    ]

    @Test func `each row is held against its own search`() throws {
        try DatabaseQueue().write { db in
            SearchFunction.add(to: db)
            try db.execute(sql: "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, record TEXT, search TEXT)")
            for row in Self.rows {
                try db.execute(
                    sql: "INSERT INTO t (name, record, search) VALUES (?, ?, ?)",
                    arguments: [row.name, row.record, row.search]
                )
            }
            // Twice: the second time all of them are known.
            for _ in 0..<2 {
                let held = try Bool.fetchAll(
                    db,
                    sql: "SELECT \(SearchFunction.recordHolds)(record, name, search) FROM t ORDER BY id"
                )
                #expect(held == Self.rows.map(\.isHeld))
                let named = try Bool.fetchAll(
                    db,
                    sql: "SELECT \(SearchFunction.nameHolds)(name, search) FROM t WHERE name IS NOT NULL ORDER BY id"
                )
                #expect(named == Self.rows.filter { $0.name != nil }.map(\.isHeld))
            }
        }
    }

    @Test func `a search is parsed once, and few are kept`() {
        let searches = ParsedSearches()
        for _ in 0..<3 {
            for number in 0..<ParsedSearches.most { #expect(searches.search("word\(number)*")?.isPrefix == true) }
            #expect(searches.count == ParsedSearches.most)
        }
        #expect(searches.search("\"one more\"")?.words == ["one", "more"])
        #expect(searches.count == 1)
        #expect(searches.search(" - ") == nil && searches.count == 1)
    }
}
