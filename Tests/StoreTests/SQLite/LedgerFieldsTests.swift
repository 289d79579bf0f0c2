import Domain
import GRDB
import Primitives
import TestSupport
import Testing

@testable import Store

/// The ledger of a store in SQLite reads a record's fields from the event that keeps them, and holds them itself only where
/// no event does.
struct LedgerFieldsTests {
    private static let nulls = [
        RecordFields.Field(name: "Fax", raw: "null"), .init(name: "Address", raw: #"{"city":"Bonn","zip":null}"#),
    ]

    private func run(_ body: (Fixture, SQLiteStore) async throws -> Void) async throws {
        try await withScratchDirectory { directory in
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            let instance = try await store.createInstance { .sample($0) }
            try await body(Fixture(store: store, instance: instance, directory: directory), store)
            try await store.close()
        }
    }

    private struct Held: Equatable {
        let fields: String
        let event: Int64?
    }

    private func held(_ store: SQLiteStore) async throws -> Held? {
        try await store.look { db in
            try Row.fetchOne(db, sql: "SELECT fields, event FROM ledger").map { Held(fields: $0[0], event: $0[1]) }
        }
    }

    private func fields(_ store: SQLiteStore) async throws -> RecordFields? {
        try await store.ledgerEntry(1, object: "Account", recordID: recordKey(1))?.fields
    }

    @Test func `what an event keeps is not kept twice`() async throws {
        try await run { fixture, store in
            let first = Observation.row(1, at: 2000)
            try await fixture.append(first)
            #expect(try await held(store) == Held(fields: "", event: 1))
            #expect(try await fields(store) == first.fields)

            let second = Observation.row(1, at: 2001, name: "B", extra: Self.nulls)
            try await fixture.append(second)
            let text = #"[[2,"Fax"],[3,"Address","{\"city\":\"Bonn\",\"zip\":null}"]]"#
            #expect(try await held(store) == Held(fields: text, event: 2))
            #expect(try await fields(store) == second.fields)
            #expect(try await store.event(sequence: 2)?.event.record.contains("null") == false)
        }
    }

    @Test func `in one batch the last event of a record keeps its fields, whatever its group`() async throws {
        try await run { fixture, store in
            let rows: [Observation] = [
                .row(1, at: 2000), .row(2, object: "Lead", at: 2000), .row(1, at: 2001, name: "B"), .row(3, at: 2000),
                .row(1, at: 2002, name: "C", extra: Self.nulls),
            ]
            _ = try await store.append(fixture.batch(rows, batchSize: 2))
            #expect(try await fields(store) == rows[4].fields)
            let keeping = try await store.look { db in
                try String.fetchOne(
                    db,
                    sql:
                        "SELECT e.record_name FROM ledger l JOIN event e ON e.sequence = l.event WHERE l.record_id = ?",
                    arguments: [recordKey(1)]
                )
            }
            #expect(keeping == "C")
        }
    }

    @Test func `a purge gives the ledger what the event kept for it`() async throws {
        try await run { fixture, store in
            let row = Observation.row(1, at: 2000, extra: Self.nulls)
            try await fixture.append(row)
            try await fixture.attempt(1, .delivered)
            let all = PurgeBound(through: 1)
            #expect(try await fixture.purge(PurgeRequest(settled: all)) == 1)
            #expect(try await held(store) == Held(fields: row.fields.json, event: nil))
            // The next change is told from it.
            try await fixture.append(.row(1, at: 2001, name: "B", extra: Self.nulls))
            #expect(try await store.event(sequence: 2)?.event.changedFields.map(\.name) == ["Name"])
        }
    }

    @Test func `a write that changes nothing leaves the fields where they are`() async throws {
        try await run { fixture, store in
            try await fixture.append(.row(1, at: 2000, extra: Self.nulls))
            let before = try await held(store)
            let written = Observation.row(1, at: 2001, extra: Self.nulls)
            #expect(try await fixture.append(written).events == 0)
            #expect(try await held(store) == before)
            let entry = try await store.ledgerEntry(1, object: "Account", recordID: recordKey(1))
            #expect(entry?.stamp == Timestamp(seconds: 2001) && entry?.fields == written.fields)
        }
    }

    @Test func `a deletion that says nothing of its record leaves the fields where they are`() async throws {
        try await run { fixture, store in
            let row = Observation.row(1, at: 2000)
            try await fixture.append(row)
            var gone = Observation.row(1, at: 2001, isDeleted: true)
            gone.kind = .deleteLog
            gone.fields = RecordFields()
            #expect(try await fixture.append(gone).deleted == 1)
            #expect(try await fields(store) == row.fields)
            #expect(try await held(store) == Held(fields: "", event: 1))
        }
    }
}
