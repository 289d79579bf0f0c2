#if PostgreSQL
import Domain
import EngineTestSupport
import Primitives
import Store
import StorePostgres
import TestSupport
import Testing

/// One node at a time has a database.
@Suite(.enabled(if: PostgresCluster.isUsed, Comment(rawValue: PostgresCluster.missing)), .databases)
struct PostgresNodeTests {
    private func run(
        times: NodeTimes = PostgresDatabase.patient,
        _ body: (Fixture, PostgresStore, PostgresDatabase) async throws -> Void
    ) async throws {
        try await withScratchDirectory { directory in
            let place = try await PostgresDatabase.of(directory)
            let store = try await place.opened(times: times, name: "first")
            let instance = try await store.createInstance { .sample($0) }
            try await body(Fixture(store: store, instance: instance, directory: directory), store, place)
            try await store.close()
        }
    }

    @Test func `a second node is refused in a sentence that names the first, and the first goes on`() async throws {
        let times = NodeTimes(beat: 100, lasts: 60_000, trusts: 50_000)
        try await run(times: times) { fixture, _, place in
            // It waits for a sign of life, and no longer.
            let error = await #expect(throws: StoreError.self) {
                _ = try await place.opened(times: times, name: "second")
            }
            #expect(error?.kind == .held)
            #expect(error?.message.contains("the node first (127.0.0.1:8181, since 2") == true)
            #expect(error?.message.contains("--attach") == true)
            try await fixture.append(.row(1, at: 2000))
        }
    }

    @Test func `a node that was closed leaves the database free at once`() async throws {
        try await run { _, store, place in
            try await store.close()
            // Nothing that the next one would wait for is left.
            #expect(try await place.ask("SELECT count(*) FROM signalbox.node") == "0")
            let next = try await place.opened(name: "next")
            #expect(try await next.instances().count == 1)
            try await next.close()
        }
    }

    @Test func `after a node that ended without a word the next one waits for its time to be over`() async throws {
        try await run { _, _, place in
            // The node that has it now never says a word again, as far as the database knows.
            let begin = ContinuousClock.now
            try await place.ask("UPDATE signalbox.node SET seen = clock_timestamp()")
            let next = try await place.opened(times: NodeTimes(beat: 200, lasts: 1_000, trusts: 600_000), name: "next")
            #expect(ContinuousClock.now - begin >= .milliseconds(900))
            try await next.close()
        }
    }

    @Test func `a node that lost the database writes nothing, reads nothing and says so once`() async throws {
        try await run { fixture, store, place in
            let losses = Locked<[StoreError]>([])
            store.onLoss { error in losses.withLock { $0.append(error) } }
            try await fixture.append(.row(1, at: 2000))
            #expect(store.maySend)
            let next = try await place.opened(times: NodeTimes(lasts: 0, trusts: 600_000), name: "next")
            let error = await #expect(throws: StoreError.self) { try await fixture.append(.row(2, at: 2000)) }
            #expect(error?.kind == .held)
            await #expect(throws: StoreError.self) { _ = try await store.counts(EventFilter()) }
            await #expect(throws: StoreError.self) {
                _ = try await store.claim([1], for: fixture.owner, lasting: 9)
            }
            await #expect(throws: StoreError.self) { _ = try await store.indexWords() }
            #expect(losses.withLock { $0.count } == 1)
            #expect(!store.maySend && next.maySend)
            #expect(try await next.counts(EventFilter()).total == 1)
            let result = try await next.append(fixture.batch([.row(2, at: 2000)]))
            #expect(result.lastSequence == 2)
            try await next.close()
        }
    }

    @Test func `a key is needed, and the one that the database was made with`() async throws {
        try await run { _, store, place in
            try await store.close()
            let none = await #expect(throws: StoreError.self) { _ = try await place.opened(key: nil) }
            #expect(none?.message.hasPrefix("SIGNALBOX_KEY is needed with PostgreSQL") == true)
            // A fresh one opens nothing of a database that has secrets.
            #expect(none?.message.contains("give the key of this database, or, before its first start,") == true)
            let wrong = await #expect(throws: StoreError.self) {
                _ = try await place.opened(key: Secret("/////wQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="))
            }
            #expect(wrong?.message.contains("does not open the secrets of this database") == true)
            // Whoever was refused does not hold the database.
            try await place.opened().close()
        }
    }

    @Test func `a database of a newer version is refused`() async throws {
        try await run { _, store, place in
            try await store.close()
            try await place.ask("INSERT INTO signalbox.migration (number, name) VALUES (99, 'from the future')")
            let error = await #expect(throws: StoreError.self) { _ = try await place.opened() }
            #expect(error?.kind == .newerVersion)
        }
    }

    @Test func `no secret and no password stands in clear in the database or in a sentence`() async throws {
        try await run { _, store, place in
            let text = try await place.ask("SELECT string_agg(i::text, ' ') FROM signalbox.instance i")
            #expect(!text.contains("hush") && text.contains("sample"))
            let address = try #require(
                PostgresAddress("postgres://ada:hush@db.example:5433,other/box?sslmode=require")
            )
            #expect(address.location == "db.example:5433,other/box")
            #expect(!"\(address)".contains("hush"))
            var dumped = ""
            dump(address, to: &dumped)
            #expect(!dumped.contains("hush"))
        }
    }
}
#endif
