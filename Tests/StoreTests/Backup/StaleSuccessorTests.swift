import Domain
import GRDB
import Logging
import Primitives
import TestSupport
import Testing

@testable import Store

/// What leads from a former key to the one in force goes once that is given, and nothing waits for it.
struct StaleSuccessorTests {
    private static let entry = AuditEntry(
        at: Timestamp(seconds: 8000),
        actor: "terminal ada",
        action: .rotateKey,
        instance: nil
    )

    private func key(_ digits: String) -> GivenKey { GivenKey(Secret(String(repeating: digits, count: 32))) }

    private func open(_ directory: String, _ key: GivenKey, _ logger: Logger = .quiet) throws -> SQLiteStore {
        try SQLiteStore(directory: directory, options: .init(key: key), logger: logger)
    }

    private func successors(_ store: SQLiteStore) async throws -> Int {
        try await store.pool.read { try KeyRotation.successors($0).count }
    }

    @Test func `a start goes on where it can't write, says so, and tries again later`() async throws {
        try await withScratchDirectory { directory in
            let (first, second, third) = (key("0a"), key("0b"), key("0c"))
            let former = try open(directory, first)
            let instance = try await former.createInstance { .sample($0) }
            _ = try await former.rotateKey(to: second, entry: Self.entry)
            // As on a disk that is full: the statement fails.
            try await former.pool.write {
                try $0.execute(
                    sql: "CREATE TRIGGER held BEFORE DELETE ON meta BEGIN SELECT RAISE(ABORT, 'held'); END"
                )
            }
            try await former.close()

            let lines = LogLines()
            let store = try open(directory, second, lines.logger)
            let opened = try await store.instances()
            #expect(opened == [instance])
            let warnings = lines.lines { $0 == .warning }.filter { $0.contains("can't be deleted yet") }
            #expect(warnings.count == 1)
            let left = try await successors(store)
            #expect(left == 1)
            await #expect(throws: StoreError.self) { try await store.removeRemains() }
            try await store.pool.write { try $0.execute(sql: "DROP TRIGGER held") }
            // What a rotation leaves meanwhile is needed: the new key stands nowhere else yet.
            _ = try await store.rotateKey(to: third, entry: Self.entry)
            _ = try await store.removeRemains()
            let needed = try await successors(store)
            #expect(needed > 0)
            try await store.close()
            let next = try open(directory, second)
            let openedByLink = try await next.instances()
            #expect(openedByLink == [instance])
            try await next.close()
            let last = try open(directory, third)
            let end = try await successors(last)
            #expect(end == 0)
            try await last.close()
        }
    }

    @Test func `what a start left goes by house-keeping`() async throws {
        try await withScratchDirectory { directory in
            let (first, second) = (key("0a"), key("0b"))
            let former = try open(directory, first)
            _ = try await former.rotateKey(to: second, entry: Self.entry)
            try await former.pool.write {
                try $0.execute(
                    sql: "CREATE TRIGGER held BEFORE DELETE ON meta BEGIN SELECT RAISE(ABORT, 'held'); END"
                )
            }
            try await former.close()
            let store = try open(directory, second)
            try await store.pool.write { try $0.execute(sql: "DROP TRIGGER held") }
            let isLeft = try await store.removeRemains()
            let left = try await successors(store)
            #expect(!isLeft && left == 0)
            try await store.close()
        }
    }
}
