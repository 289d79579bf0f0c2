#if PostgreSQL
import Domain
import EngineTestSupport
import Primitives
import Store
import TestSupport
import Testing

@testable import StorePostgres

/// What is told of a commit whose answer was lost, and can be asked for late.
@Suite(
    .enabled(if: PostgresCluster.isUsed, Comment(rawValue: PostgresCluster.missing)),
    .databases,
    .timeLimit(.minutes(20))
)
struct LostCommitTests {
    private struct Scene {
        let fixture: Fixture
        let store: PostgresStore
        let place: PostgresDatabase
        let proxy: TCPProxy
        /// Holds what a commit waits for.
        let other: SerialConnection

        /// From now on a commit with a new row in this table waits until it is let go.
        func hold(_ table: String) async throws {
            try await other.run(patience: 0) { connection in _ = try connection.run("SELECT pg_advisory_lock(7)") }
            try await place.ask(
                """
                CREATE FUNCTION signalbox.waits() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = 0 AS
                $$ BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER waits AFTER INSERT ON signalbox.\(table) DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION signalbox.waits()
                """
            )
        }

        var draft: ReplayJob {
            ReplayJob(
                instanceID: fixture.instance.id,
                filter: EventFilter(),
                rate: 25,
                total: 12,
                lastSequence: 99,
                createdAt: Timestamp(seconds: 6000),
                updatedAt: Timestamp(seconds: 6000)
            )
        }

        func waitUntilHeld() async throws {
            let waiting = """
                SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """
            try await waitUntil("the commit to be under way") { try await place.ask(waiting) == "1" }
        }

        func letGo() async throws {
            try await other.run(patience: 0) { connection in _ = try connection.run("SELECT pg_advisory_unlock(7)") }
        }

        /// Lets a commit pass behind a silence, after which the way to the server is cut.
        func loseAnswer(untilThere question: String) async throws {
            try await waitUntilHeld()
            proxy.standStill()
            // By now nothing comes through.
            try await waitUntilHeld()
            try await letGo()
            try await waitUntil("the commit") { try await place.ask(question) == "1" }
            proxy.cut()
            proxy.goOn()
        }
    }

    /// Nothing is tried twice, as it is behind a silence that lasted for as long as it would be.
    private func run(
        doubt: Int64 = 30_000,
        isExclusive: Bool = true,
        _ body: (Scene) async throws -> Void
    ) async throws {
        try await withScratchDirectory { directory in
            let place = try await PostgresDatabase.of(directory)
            let proxy = try await TCPProxy(to: PostgresCluster.shared().socket)
            var times = PostgresDatabase.patient
            (times.patience, times.doubt) = (0, doubt)
            let store = try await place.through(proxy).opened(times: times, isExclusive: isExclusive)
            let instance = try await store.createInstance { .sample($0) }
            let address = try #require(PostgresAddress(place.url))
            let other = SerialConnection(address, label: "test", logger: .quiet)
            let fixture = Fixture(store: store, instance: instance, directory: directory)
            try await body(Scene(fixture: fixture, store: store, place: place, proxy: proxy, other: other))
            await other.close()
            try await store.close()
            withExtendedLifetime(proxy) {}
        }
    }

    @Test func `an attempt is stored once, and what it let go is told`() async throws {
        try await run { scene in
            let fixture = scene.fixture
            try await fixture.append(.row(1, at: 2000, name: "a"), .row(1, at: 2001, name: "b"))
            try await scene.hold("attempt")
            let recording = Task { try await fixture.attempt(1, .delivered) }
            try await scene.loseAnswer(untilThere: "SELECT count(*) FROM signalbox.attempt")
            let ready = try await recording.value
            #expect(ready == [2])
            #expect(try await scene.place.ask("SELECT count(*) FROM signalbox.attempt") == "1")
            #expect(try await scene.place.ask("SELECT attempts FROM signalbox.delivery WHERE id = 1") == "1")
            // The next one goes on from there.
            #expect(try await fixture.attempt(2, .delivered).isEmpty)
            #expect(try await fixture.state(2) == .delivered)
        }
    }

    @Test func `a bulk replay that was stored is no failure`() async throws {
        try await run { scene in
            let fixture = scene.fixture
            try await scene.hold("replay_job")
            let draft = scene.draft
            let creating = Task { try await fixture.store.createReplayJob(draft) }
            try await scene.loseAnswer(untilThere: "SELECT count(*) FROM signalbox.replay_job")
            let job = try await creating.value
            #expect(job.id == 1)
        }
    }

    @Test func `an attempt whose transaction was ended is told as not stored, and can be stored again`() async throws {
        try await run { scene in
            let fixture = scene.fixture
            try await fixture.append(.row(1, at: 2000))
            try await scene.hold("attempt")
            let recording = Task { try await fixture.attempt(1, .delivered) }
            try await scene.waitUntilHeld()
            scene.proxy.cut()
            try await scene.place.ask(
                """
                SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """
            )
            let result = await recording.result
            #expect(throws: StoreError.self) { try result.get() }
            #expect(try await scene.place.ask("SELECT count(*) FROM signalbox.attempt") == "0")
            try await scene.letGo()
            try await fixture.attempt(1, .delivered)
            #expect(try await scene.place.ask("SELECT attempts FROM signalbox.delivery WHERE id = 1") == "1")
        }
    }

    @Test func `who waits for the truth hears when the program ends`() async throws {
        try await run { scene in
            let fixture = scene.fixture
            try await fixture.append(.row(1, at: 2000))
            try await scene.hold("attempt")
            let recording = Task { try await fixture.attempt(1, .delivered) }
            try await scene.waitUntilHeld()
            // The server is busy with it, so that it can't be asked.
            scene.proxy.cut()
            fixture.store.hurry()
            let result = await recording.result
            let error = #expect(throws: StoreError.self) { try result.get() }
            #expect(error?.kind == .unknown)
            #expect(error?.message.contains("look whether it is done") == true)
            try await scene.letGo()
        }
    }

    @Test func `others who write meanwhile keep nobody waiting who may look for himself`() async throws {
        try await run(doubt: 1) { scene in
            try await scene.hold("replay_job")
            let (store, draft) = (scene.store, scene.draft)
            let failed = Failures()
            let creating = Task { try await store.createReplayJob(draft) }
            try await scene.waitUntilHeld()
            let group = CommitGroups<Int>().limit
            var writing: [Task<Void, any Error>] = []
            for _ in 0..<(2 * group + 1) {
                let task = Task {
                    defer { failed.add() }
                    try await store.queue.perform(inDoubt: .never) { _ in }
                }
                writing.append(task)
            }
            // Each group of them is refused when the server, which is busy with the first commit, has let it wait for long.
            scene.proxy.cut()
            let result = await creating.result
            let before = failed.count
            let error = #expect(throws: StoreError.self) { try result.get() }
            #expect(error?.message.contains("look whether it is done") == true)
            #expect(before <= group, "\(before) others had failed before")
            try await scene.letGo()
            for task in writing { _ = await task.result }
        }
    }

    @Test func `what was taken in though nobody heard so is told to be due`() async throws {
        try await run(isExclusive: false) { scene in
            let fixture = scene.fixture
            let sharing = try #require(scene.store.sharing)
            try await scene.hold("delivery")
            let appending = Task { try await fixture.append(.row(1, at: 2000)) }
            try await scene.loseAnswer(untilThere: "SELECT count(*) FROM signalbox.delivery")
            // Whoever brought it does so again, soon.
            let result = await appending.result
            #expect(throws: StoreError.self) { try result.get() }
            try await waitUntilDue(sharing)
            let again = try await fixture.append(.row(1, at: 2000))
            #expect(again.ready.isEmpty && again.events == 0)
            #expect(try await fixture.due(at: 9000) == [1])
        }
    }

    @Test func `what was taken in is told to whoever brought it where there is no news`() async throws {
        try await run { scene in
            let fixture = scene.fixture
            try await scene.hold("delivery")
            let appending = Task { try await fixture.append(.row(1, at: 2000)) }
            try await scene.loseAnswer(untilThere: "SELECT count(*) FROM signalbox.delivery")
            #expect(try await appending.value.ready == [1])
        }
    }

    private func waitUntilDue(_ sharing: any SharedStore) async throws {
        let isDue = Locked(false)
        let hearing = Task {
            while try await !sharing.next().isDue {}
            isDue.withLock { $0 = true }
        }
        defer { hearing.cancel() }
        try await waitUntil("news of what is due") { isDue.withLock { $0 } }
    }

    @Test func `who waits for the truth hears while it is not known`() async throws {
        try await run { scene in
            let (fixture, store) = (scene.fixture, scene.store)
            try await fixture.append(.row(1, at: 2000))
            try await scene.hold("attempt")
            let attempt = Attempt(
                notificationID: 1,
                number: 1,
                isReplay: false,
                startedAt: Timestamp(seconds: 6000),
                milliseconds: 14,
                url: "http://127.0.0.1:9/callback",
                outcome: .response(status: 200),
                responseHeaders: [],
                responseBody: []
            )
            let result = DeliveryResult(attempt: attempt, state: .delivered, nextAttempt: nil)
            let told = Locked(0)
            let recording = Task {
                try await store.record([result], by: fixture.owner) { told.withLock { $0 += 1 } }
            }
            try await scene.waitUntilHeld()
            // The server is busy with it, so that it can't be asked.
            scene.proxy.cut()
            try await waitUntil("it is told twice") { told.withLock { $0 } >= 2 }
            try await scene.letGo()
            #expect(try await recording.value.isEmpty)
            #expect(try await scene.place.ask("SELECT count(*) FROM signalbox.attempt") == "1")
        }
    }
}

private final class Failures: Sendable {
    private let failed = Locked(0)

    var count: Int { failed.withLock { $0 } }

    func add() { failed.withLock { $0 += 1 } }
}
#endif
