import Domain
import GRDB
import Primitives
import TestSupport
import Testing

@testable import Store

/// FTS5 spends two bytes on each word of an event that doesn't stand in the first column.
@Suite(.timeLimit(.minutes(10)))
struct WordColumnsTests {
    private func run(_ body: (Fixture, SQLiteStore) async throws -> Void) async throws {
        try await withScratchDirectory { directory in
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            let instance = try await store.createInstance { .sample($0) }
            try await body(Fixture(store: store, instance: instance, directory: directory), store)
            try await store.close()
        }
    }

    private func append(_ numbers: ClosedRange<Int>, _ fixture: Fixture) async throws {
        let city = RecordFields.Field(name: "BillingCity", raw: "\"Berlin\"")
        let rows = numbers.map { Observation.row($0, at: 2000, name: "Company \($0)", extra: [city]) }
        _ = try await fixture.store.append(fixture.batch(rows, hasCallback: false))
    }

    private func index(_ store: SQLiteStore) async throws {
        while try await store.indexWords(leaving: 1).rest > 0 {}
    }

    private func found(_ text: String, _ store: SQLiteStore) async throws -> [Int64] {
        let filter = try EventFilter(parsing: text, now: Timestamp(seconds: 9000))
        let page = try await store.events(PageRequest(direction: .oldestFirst, limit: 500, filter: filter))
        return page.map(\.sequence)
    }

    /// The table as files of before had it.
    private static let former = """
        CREATE VIRTUAL TABLE words USING fts5(
            name, value, kind, content = '', columnsize = 0, detail = full, tokenize = "ascii tokenchars '_'"
        )
        """

    private static func bytes(_ db: Database) throws -> Int {
        try db.execute(sql: "INSERT INTO words (words) VALUES ('optimize')")
        return try Int.fetchOne(db, sql: "SELECT sum(length(block)) FROM words_data") ?? 0
    }

    @Test func `the column that most words are in comes first, which saves two bytes for each of them`() async throws {
        try await run { fixture, store in
            try await append(1...400, fixture)
            try await index(store)
            let texts = try await store.read { db in
                try WordIndexStep.all(db).map { ($0.sequence, $0.words) }
            }
            let bytes = try await store.words.write { try Self.bytes($0) }
            let formerly = try await DatabaseQueue().write { db in
                try db.execute(sql: Self.former)
                for (sequence, words) in texts {
                    try db.execute(
                        sql: "INSERT INTO words (rowid, name, value, kind) VALUES (?, ?, ?, ?)",
                        arguments: [sequence, words.name, words.values, words.kind]
                    )
                }
                return try Self.bytes(db)
            }
            // In the values alone stand the record's id and the city.
            #expect(texts.count == 400 && bytes <= formerly - 400 * 2 * 2, "\(formerly) bytes became \(bytes)")
        }
    }

    @Test func `a file with the columns of before is searched, added to and taken from`() async throws {
        try await run { fixture, store in
            try await append(1...40, fixture)
            try await store.words.write { db in
                try db.execute(sql: "DROP TABLE words")
                try db.execute(sql: Self.former)
            }
            try await index(store)
            try await append(41...50, fixture)
            try await index(store)
            #expect(try await found("berlin", store) == Array(1...50))
            #expect(try await found("name:\"company 7\"", store) == [7])
            #expect(try await found("name:berlin", store).isEmpty)
            #expect(try await found("berlin -name:company", store).isEmpty)
            #expect(try await fixture.purge(PurgeRequest(settled: PurgeBound(through: 10)), atMost: 4) == 10)
            #expect(try await found("berlin", store) == Array(11...50))
            let held = try await store.words.write { db in
                try db.execute(sql: "INSERT INTO words (words) VALUES ('integrity-check')")
                return try Int64.fetchAll(db, sql: "SELECT rowid FROM words WHERE words MATCH 'company' ORDER BY rowid")
            }
            #expect(held == Array(11...50))
        }
    }
}

extension WordIndexStep {
    /// What the index is given of all events.
    fileprivate static func all(_ db: Database) throws -> [Text] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT e.sequence, e.instance, e.object, e.change, e.record_name, p.record
                FROM event e JOIN payload p ON p.sequence = e.sequence ORDER BY e.sequence
                """
        )
        return rows.map { row in
            let words = IndexedWords(
                instance: row[1],
                object: row[2],
                change: Change(code: row[3]),
                name: row[4],
                record: row[5]
            )
            return Text(sequence: row[0], words: words)
        }
    }
}
