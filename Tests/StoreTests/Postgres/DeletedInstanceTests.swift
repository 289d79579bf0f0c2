#if PostgreSQL
import Domain
import EngineTestSupport
import Primitives
import Store
import TestSupport
import Testing

@testable import StorePostgres

/// What is open of an instance that is deleted.
@Suite(
    .enabled(if: PostgresCluster.isUsed, Comment(rawValue: PostgresCluster.missing)),
    .databases,
    .timeLimit(.minutes(20))
)
struct DeletedInstanceTests {
    private static let count = 1200

    /// A store with an instance that has much open: each record's first event is queued, its second waits.
    private func run(_ body: (Fixture, PostgresStore, PostgresDatabase) async throws -> Void) async throws {
        try await withScratchDirectory { directory in
            let place = try await PostgresDatabase.of(directory)
            let store = try await place.opened()
            let instance = try await store.createInstance { .sample($0) }
            let fixture = Fixture(store: store, instance: instance, directory: directory)
            for second in [Int64(2000), 2001] {
                let rows = (0..<(Self.count / 2)).map { Observation.row($0, at: second, name: "\(second)") }
                _ = try await store.append(fixture.batch(rows))
            }
            try await body(fixture, store, place)
            try await store.close()
        }
    }

    /// All are dead, in every table.
    private func check(_ place: PostgresDatabase) async throws {
        for (question, answer) in [
            ("SELECT count(*) FROM signalbox.lane", 0),
            ("SELECT count(*) FROM signalbox.event WHERE state = 3", Self.count),
            ("SELECT count(*) FROM signalbox.delivery WHERE state = 3 AND next_attempt IS NULL", Self.count),
            ("SELECT sum(events) FROM signalbox.counter WHERE state = 3", Self.count),
            ("SELECT sum(events) FROM signalbox.counter", Self.count),
        ] { #expect(try await place.ask(question) == String(answer), "\(question)") }
    }

    @Test func `it ends in slices, each in a transaction of its own`() async throws {
        try await run { fixture, store, place in
            try await place.ask(
                """
                CREATE TABLE signalbox.ended (tx bigint NOT NULL, rows bigint NOT NULL);
                CREATE FUNCTION signalbox.ends() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN INSERT INTO signalbox.ended SELECT txid_current(), count(*) FROM gone; RETURN NULL; END $$;
                CREATE TRIGGER ends AFTER DELETE ON signalbox.lane REFERENCING OLD TABLE AS gone
                FOR EACH STATEMENT EXECUTE FUNCTION signalbox.ends()
                """
            )
            try await store.deleteInstance(fixture.instance.id)
            try await check(place)
            let most = "SELECT max(n) FROM (SELECT sum(rows) n FROM signalbox.ended GROUP BY tx) t"
            #expect(try await place.ask(most) == String(PostgresStore.endingSlice))
            #expect(try await place.ask("SELECT sum(rows) FROM signalbox.ended") == String(Self.count))
        }
    }

    @Test func `what a node that died amid it left is not sent, and ends with the next start`() async throws {
        try await run { fixture, store, place in
            let id = fixture.instance.id
            _ = try await fixture.attempt(1, .retrying, status: 500, next: 9000)
            #expect(try await !fixture.due(at: 8000).isEmpty)
            // The first transaction of a deletion is all that came of it.
            try await store.queue.perform { transaction in
                try transaction.run("DELETE FROM instance WHERE id = $1", [id])
                try transaction.run("DELETE FROM lease WHERE instance = $1", [id])
                transaction.state.instances[id] = nil
                transaction.note(.instance, id)
                try transaction.reload()
            }
            #expect(try await fixture.due(at: 9999).isEmpty)
            #expect(try await store.outgoing([1, 2]).isEmpty)
            #expect(try await store.nextDue(after: Timestamp(seconds: 8000), heldInstances: []) == nil)
            try await store.close()
            let next = try await place.opened()
            try await waitUntil("what is open to end") {
                try await place.ask("SELECT count(*) FROM signalbox.lane") == "0"
            }
            try await check(place)
            try await next.close()
        }
    }
}
#endif
