#if PostgreSQL
import Domain
import EngineTestSupport
import Foundation
import Primitives
import Store
import TestSupport
import Testing

@testable import StorePostgres

/// What happens when the way to the server breaks.
@Suite(.enabled(if: PostgresCluster.isUsed, Comment(rawValue: PostgresCluster.missing)), .databases)
struct PostgresConnectionTests {
    private static let others =
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"

    private func run(_ body: (Fixture, PostgresStore, PostgresDatabase) async throws -> Void) async throws {
        try await withScratchDirectory { directory in
            let place = try await PostgresDatabase.of(directory)
            let store = try await place.opened()
            let instance = try await store.createInstance { .sample($0) }
            try await body(Fixture(store: store, instance: instance, directory: directory), store, place)
            try await store.close()
        }
    }

    @Test func `connections that the server ends cost nothing that was acknowledged, and nothing is there twice`()
        async throws
    {
        try await run { fixture, store, place in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for caller in 0..<16 {
                    group.addTask {
                        for step in 0..<40 {
                            let row = Observation.row(caller, at: 2000 + Int64(step), name: "\(step)")
                            let result = try await fixture.append(row)
                            // Lost answers to commits included: it was one event.
                            #expect(result.events == 1)
                            _ = try await store.counts(EventFilter())
                        }
                    }
                }
                group.addTask {
                    for _ in 0..<12 { _ = try? await place.ask(Self.others) }
                }
                try await group.waitForAll()
            }
            let events = try await store.events(PageRequest(direction: .oldestFirst, limit: 1000)).events
            #expect(events.map(\.sequence) == Array(1...640))
            #expect(try await store.counts(EventFilter()).total == 640)
            #expect(Set(events.map(\.eventID)).count == 640)
        }
    }

    @Test func `a reading that nobody waits for any more is interrupted`() async throws {
        try await run { _, store, place in
            let task = Task {
                try await store.read { connection in
                    try connection.run("SELECT pg_sleep(300)")
                    return true
                }
            }
            try await waitUntil("it sleeps") {
                try await place.ask(
                    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(300)%' AND state = 'active' AND pid <> pg_backend_pid()"
                ) == "1"
            }
            task.cancel()
            let result = await task.result
            #expect(throws: CancellationError.self) { try result.get() }
            // The connection goes on.
            #expect(try await store.counts(EventFilter()).total == 0)
        }
    }

    @Test func `an address that is wrong is said at once where a store is opened`() async throws {
        try await run { _, _, place in
            let url = place.url.replacing(PostgresCluster.database(place.url), with: "nobodys_database")
            let connection = SerialConnection(try #require(PostgresAddress(url)), label: "test", logger: .quiet)
            let fault = await offThread { () -> PostgresFault? in
                do {
                    try connection.runHere(patience: 24 * 3_600_000, isStart: true) { _ in }
                    return nil
                } catch { return error as? PostgresFault }
            }
            #expect(fault?.state == "3D000", "\(fault?.message ?? "none")")
            await connection.close()
        }
    }

    @Test func `one job that PostgreSQL refuses takes no other with it`() async throws {
        try await run { fixture, store, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<20 {
                    group.addTask { try await fixture.append(.row(number, at: 2000)) }
                    group.addTask {
                        await #expect(throws: StoreError.self) {
                            try await store.queue.perform { transaction in
                                try transaction.run("INSERT INTO span VALUES ($1, 1, 1)", [number])
                                try transaction.run("SELECT 1 / ($1 - $1)", [number])
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await store.counts(EventFilter()).total == 20)
            let spans = try await store.read { try $0.run("SELECT count(*) FROM span").number }
            #expect(spans == 1)
        }
    }

    @Test func `where a commit's answer was lost, the turn row says what became of it`() async throws {
        try await run { fixture, store, place in
            // The server ends the connection behind the commit: a trigger that waits until the row is written, then dies.
            try await place.ask(
                """
                CREATE FUNCTION signalbox.dies() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON signalbox.event DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW WHEN (NEW.record_id = '\(recordKey(7))') EXECUTE FUNCTION signalbox.dies()
                """
            )
            async let stored = fixture.append(.row(7, at: 2000))
            // It is tried again until it passes.
            try await waitUntil("it was tried") {
                try await place.ask(
                    "SELECT count(*) FROM pg_stat_database WHERE datname = current_database() AND sessions_killed > 0"
                ) == "1"
            }
            try await place.ask("DROP TRIGGER dies ON signalbox.event")
            let result = try await stored
            #expect(result.lastSequence == 1)
            #expect(try await store.counts(EventFilter()).total == 1)
        }
    }

    /// What a server lost that took over, and whether the epoch shows it: another node may have moved it meanwhile.
    @Test(arguments: [true, false])
    func `numbers that were given in commits that a failover lost are given anew`(isBehind: Bool) async throws {
        try await run { fixture, store, place in
            let epoch = try await place.ask("SELECT epoch FROM signalbox.turn")
            try await fixture.append(.row(1, at: 2000))
            let lost = try await store.createInstance { .sample($0) }
            try await place.ask(
                """
                TRUNCATE signalbox.object, signalbox.sender, signalbox.event, signalbox.payload, signalbox.delivery,
                    signalbox.lane, signalbox.ledger, signalbox.ledger_stamp, signalbox.counter, signalbox.span;
                DELETE FROM signalbox.instance WHERE id = \(lost.id);
                DELETE FROM signalbox.lease WHERE instance = \(lost.id);
                DELETE FROM signalbox.change WHERE epoch > \(epoch);
                UPDATE signalbox.turn SET sequence = 1
                """
            )
            try await place.ask(isBehind ? "UPDATE signalbox.turn SET epoch = \(epoch)" : Self.others)
            let result = try await fixture.append(.row(1, at: 2000))
            #expect(result.lastSequence == 1)
            #expect(try await place.ask("SELECT name FROM signalbox.object") == "Account")
            #expect(try await place.ask("SELECT count(*) FROM signalbox.sender") == "1")
            #expect(try await store.events(PageRequest()).map(\.object) == ["Account"])
            #expect(try await store.instances().map(\.id) == [fixture.instance.id])
        }
    }

    @Test func `values come back as they went`() async throws {
        try await run { _, store, _ in
            let numbers: [Int64] = [0, -1, .min, .max, 255, 256, -256]
            let texts = ["", "a", "ä€😀", "a\"b\\c{},NULL", "NULL"]
            try await store.read { connection in
                for number in numbers { #expect(try connection.run("SELECT $1", [number]).number == number) }
                for text in texts {
                    let found: String? = try connection.run("SELECT $1", [text]).first.map { $0[0] }
                    #expect(found == text)
                }
                let rows = try connection.run("SELECT u FROM unnest($1) u", [Column(texts)])
                let found: [String] = rows.map { $0[0] }
                #expect(found == texts)
                let several = try connection.run(
                    "SELECT a, b, c FROM unnest($1, $2, $3) u (a, b, c)",
                    [Column<Int64?>([1, nil]), Column<String?>([nil, "x"]), Column([true, false])]
                )
                #expect(several[0][0] as Int64? == 1 && several[1].isNull(0) && several[0].isNull(1))
                #expect(several[1][1] as String? == "x" && several[0][2] as Bool && !(several[1][2] as Bool))
                let cut: String? = try connection.run("SELECT $1", ["ab\u{0}cd"]).first.map { $0[0] }
                #expect(cut == "ab")
                let none = try connection.run("SELECT u FROM unnest($1) u", [Column<Int64>()])
                #expect(none.isEmpty)
                let small = try connection.run("SELECT (-3)::smallint, 70000::int, true, NULL::bigint").first
                #expect(small.map { $0[0] as Int64 } == -3 && small.map { $0[1] as Int64 } == 70_000)
                #expect(small.map { $0[2] as Bool } == true && small?.isNull(3) == true)
            }
        }
    }
}
#endif
