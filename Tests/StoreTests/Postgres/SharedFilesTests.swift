#if PostgreSQL
import Domain
import EngineTestSupport
import Primitives
import Store
import StorePostgres
import TestSupport
import Testing

/// What all nodes of a database keep a copy of.
@Suite(.enabled(if: PostgresCluster.isUsed, Comment(rawValue: PostgresCluster.missing)), .databases)
struct SharedFilesTests {
    private struct Refused: Error {}

    private func run(_ body: (PostgresDatabase, PostgresAddress) async throws -> Void) async throws {
        try await withScratchDirectory { directory in
            let place = try await PostgresDatabase.of(directory)
            let address = try #require(PostgresAddress(place.url))
            try await body(place, address)
        }
    }

    @Test func `nothing is kept before a node has made the tables, and that is said`() async throws {
        try await run { _, address in
            let files = try SharedFiles(address, key: GivenKey(PostgresDatabase.key))
            #expect(try files.read().isEmpty)
            let error = #expect(throws: StoreError.self) { try files.change { $0 } }
            #expect(error?.message.contains("start `signalbox serve` once before") == true)
        }
    }

    @Test func `a change is seen beside the node, encrypted, and one that fails changes nothing`() async throws {
        try await run { place, address in
            let store = try await place.opened()
            let files = try SharedFiles(address, key: GivenKey(PostgresDatabase.key))
            try files.change { there in
                #expect(there.isEmpty)
                return ["credentials.json": Array("hush".utf8), "tokens.json": Array("more".utf8)]
            }
            #expect(try await store.sharedFiles()["credentials.json"] == Array("hush".utf8))
            let clear = try await place.ask(
                "SELECT count(*) FROM signalbox.shared_file WHERE position('hush'::bytea IN data) > 0"
            )
            #expect(clear == "0")
            #expect(throws: Refused.self) { try files.change { _ in throw Refused() } }
            try files.change { there in
                var files = there
                files["tokens.json"] = nil
                return files
            }
            #expect(try files.read() == ["credentials.json": Array("hush".utf8)])
            let other = try SharedFiles(
                address,
                key: GivenKey(Secret("/////wQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="))
            )
            let error = #expect(throws: StoreError.self) { try other.read() }
            #expect(error?.message.contains("SIGNALBOX_KEY does not open") == true)
            try await store.close()
        }
    }

    @Test func `a node hears at once that they were changed`() async throws {
        try await run { place, address in
            let store = try await place.opened(isExclusive: false)
            let shared = try #require(store.sharing)
            let changes = Locked(0)
            store.onFileChange { changes.withLock { $0 += 1 } }
            let listening = Task { while true { _ = try await shared.next() } }
            let files = try SharedFiles(address, key: GivenKey(PostgresDatabase.key))
            try files.change { _ in ["credentials.json": Array("hush".utf8)] }
            try await waitUntil("the node hears of it") { changes.withLock { $0 } == 1 }
            listening.cancel()
            _ = await listening.result
            try await store.close()
        }
    }

    @Test func `of two that change at once the second sees what the first did`() async throws {
        try await run { place, address in
            let store = try await place.opened()
            let files = try SharedFiles(address, key: GivenKey(PostgresDatabase.key))
            try await withThrowingTaskGroup { group in
                for number in 0..<8 {
                    group.addTask {
                        try await offThread {
                            Result {
                                try files.change { there in
                                    there.merging(["file \(number)": [UInt8(0x30 + number)]]) { $1 }
                                }
                            }
                        }.get()
                    }
                }
                try await group.waitForAll()
            }
            #expect(try files.read().count == 8)
            try await store.close()
        }
    }
}
#endif
