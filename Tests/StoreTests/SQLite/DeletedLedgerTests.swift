import Domain
import GRDB
import Primitives
import TestSupport
import Testing

@testable import Store

/// A ledger goes in slices after its instance, and one of them may fail.
struct DeletedLedgerTests {
    private func rows(_ store: SQLiteStore, of id: InstanceID) async throws -> Int {
        let count = try await store.look { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM ledger WHERE instance = ?", arguments: [id])
        }
        return count ?? 0
    }

    @Test func `An instance is gone although its ledger can't go yet, and that goes later`() async throws {
        try await StoreKind.sqlite.run { fixture in
            let store = try #require(fixture.store as? SQLiteStore)
            let other = Fixture(
                store: store,
                instance: try await store.createInstance { .sample($0) },
                directory: fixture.directory
            )
            try await fixture.append(.row(1, at: 2000), .row(2, at: 2000))
            try await other.append(.row(3, at: 2000))
            try await store.queue.perform { transaction in
                try transaction.db.execute(
                    sql: "CREATE TRIGGER held BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'held'); END"
                )
            }
            try await store.deleteInstance(fixture.instance.id)
            #expect(try await store.instance(fixture.instance.id) == nil)
            #expect(try await rows(store, of: fixture.instance.id) == 2)
            await #expect(throws: StoreError.self) { try await store.removeRemains() }
            try await store.queue.perform { transaction in try transaction.db.execute(sql: "DROP TRIGGER held") }
            #expect(try await store.removeRemains())
            #expect(try await !store.removeRemains())
            #expect(try await rows(store, of: fixture.instance.id) == 0)
            #expect(try await rows(store, of: other.instance.id) == 1)
        }
    }
}
