import Domain
import GRDB
import Primitives
import TestSupport
import Testing

@testable import Store

/// One commit for many, and none who takes others with it.
@Suite(.timeLimit(.minutes(20)))
struct CommitQueueTests {
    struct Refusal: Error {}

    /// A queue on an empty database of the current schema.
    private func run(_ body: (CommitQueue, DatabasePool) async throws -> Void) async throws {
        try await withScratchDirectory { directory in
            _ = try DataDirectory(preparing: directory)
            let pool = try DatabasePool(path: directory + "/queue.sqlite")
            try Schema.migrator.migrate(pool)
            try await body(CommitQueue(pool: pool, path: "queue.sqlite", state: WriterState()), pool)
            try pool.close()
        }
    }

    /// Begins jobs so that they wait together: the writer is busy until all have come.
    private func together<Value: Sendable>(
        _ queue: CommitQueue,
        _ jobs: [@Sendable (inout WriteTransaction) throws -> Value]
    ) async throws -> [Result<Value, StoreError>] {
        let (gate, isHeld) = (Gate(), Gate())
        return try await withThrowingTaskGroup(of: (Int, Result<Value, StoreError>).self) { group in
            let holder = Task {
                try await queue.perform { _ in
                    isHeld.open()
                    gate.holdThread()
                }
            }
            await isHeld.wait()
            for (index, job) in jobs.enumerated() {
                group.addTask { (index, await Self.result(of: job, on: queue)) }
                // In their order.
                try await waitUntil("job \(index) waits") { queue.waiting > index }
            }
            gate.open()
            _ = await holder.result
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    private static func result<Value: Sendable>(
        of job: @escaping @Sendable (inout WriteTransaction) throws -> Value,
        on queue: CommitQueue
    ) async -> Result<Value, StoreError> {
        do { return .success(try await queue.perform(job)) } catch { return .failure(error) }
    }

    @Test func `callers that wait together share one commit, in the order in which they came`() async throws {
        try await run { queue, pool in
            let commits = Locked(0)
            try await pool.writeWithoutTransaction { db in
                db.trace { event in if "\(event)".hasPrefix("COMMIT") { commits.withLock { $0 += 1 } } }
            }
            let results = try await together(
                queue,
                (0..<20).map { _ in
                    { transaction in
                        defer { transaction.state.nextSequence += 1 }
                        return transaction.state.nextSequence
                    }
                }
            )
            #expect(try results.map { try $0.get() } == Array(1...20))
            // That of the job that held them up, and theirs.
            #expect(commits.withLock { $0 } == 2)
            #expect(queue.state.nextSequence == 21)
            let stored = try await pool.read {
                try Int64.fetchOne($0, sql: "SELECT value FROM meta WHERE name = 'sequence'")
            }
            #expect(stored == 21)
        }
    }

    @Test func `one that fails leaves nothing behind and takes no neighbour with it`() async throws {
        try await run { queue, pool in
            let results = try await together(
                queue,
                (0..<5).map { number in
                    { transaction in
                        let id = try transaction.objectID("Object\(number)")
                        transaction.state.counters.add(
                            1,
                            to: Facet(instance: 1, object: id, change: .created, state: .queued)
                        )
                        if number == 2 { throw Refusal() }
                        return id
                    }
                }
            )
            #expect(results.map { try? $0.get() } == [1, 2, nil, 3, 4])
            #expect(queue.state.objects == ["object0": 1, "object1": 2, "object3": 3, "object4": 4])
            let (names, counted) = try await pool.read { db in
                (
                    try String.fetchAll(db, sql: "SELECT name FROM object ORDER BY id"),
                    try Int64.fetchOne(db, sql: "SELECT sum(events) FROM counter")
                )
            }
            #expect(names == ["Object0", "Object1", "Object3", "Object4"])
            #expect(counted == 4)
        }
    }

    /// Savepoints cost SQLite a copy of each page, so that only who has to undo something pays for them: of jobs that are
    /// sound, and of those that fail before they write, none is run twice.
    @Test(arguments: [false, true])
    func `only a job that fails after it wrote makes its group run again`(writes: Bool) async throws {
        try await run { queue, pool in
            let runs = Locked(0)
            let savepoints = Locked(0)
            try await pool.writeWithoutTransaction { db in
                db.trace { event in if "\(event)".hasPrefix("SAVEPOINT") { savepoints.withLock { $0 += 1 } } }
            }
            let results = try await together(
                queue,
                (0..<4).map { number in
                    { transaction in
                        runs.withLock { $0 += 1 }
                        transaction.state.nextSequence += 1
                        if number == 1, !writes { throw Refusal() }
                        let id = try transaction.objectID("Object\(number)")
                        if number == 1 { throw Refusal() }
                        return id
                    }
                }
            )
            #expect(results.map { try? $0.get() } == [1, nil, 2, 3])
            #expect(queue.state.nextSequence == 4)
            // The first run of the group ends with the job that failed.
            #expect(runs.withLock { $0 } == (writes ? 2 + 4 : 4))
            #expect(savepoints.withLock { $0 } == (writes ? 4 : 0))
            #expect(try await pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM object") } == 3)
        }
    }

    @Test func `where the commit itself fails all hear of it, and the writer stands where it stood`() async throws {
        try await run { queue, pool in
            try await pool.writeWithoutTransaction {
                $0.add(transactionObserver: Refuser(commits: 1), extent: .databaseLifetime)
            }
            let results = try await together(
                queue,
                (0..<3).map { number in { transaction in try transaction.objectID("Object\(number)") } }
            )
            for result in results {
                guard case .failure(let error) = result else {
                    Issue.record("a job of a lost commit succeeded")
                    continue
                }
                #expect(error.kind == .other)
            }
            #expect(try await pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM object") } == 0)
            #expect(queue.state.objects.isEmpty)
            #expect(try await queue.perform { try $0.objectID("After") } == 1)
        }
    }

    @Test func `a closed queue refuses, and what it accepted before is committed`() async throws {
        try await run { queue, _ in
            let (gate, isHeld) = (Gate(), Gate())
            let holder = Task {
                try await queue.perform { _ in
                    isHeld.open()
                    gate.holdThread()
                }
            }
            await isHeld.wait()
            let accepted = Task { try await queue.perform { try $0.objectID("Accepted") } }
            try await waitUntil("a write waits") { queue.waiting > 0 }
            queue.close()
            await #expect(throws: StoreError.closed) { try await queue.perform { _ in } }
            gate.open()
            try await holder.value
            #expect(try await accepted.value == 1)
        }
    }
}

/// Lets the second of two commits fail: the first is that of the job that holds the others up.
private final class Refuser: TransactionObserver {
    private let left: Locked<Int>

    init(commits: Int) { left = Locked(commits) }

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseWillCommit() throws {
        let isRefused = left.withLock { left in
            left -= 1
            return left == -1
        }
        if isRefused { throw CommitQueueTests.Refusal() }
    }
    func databaseDidCommit(_ db: Database) {}
    func databaseDidRollback(_ db: Database) {}
}
