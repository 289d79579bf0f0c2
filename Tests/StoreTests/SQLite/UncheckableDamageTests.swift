import Domain
import Foundation
import GRDB
import Primitives
import TestSupport
import Testing

@testable import Store

/// Damage at which SQLite's own check gives up.
struct UncheckableDamageTests {
    /// A database with some events, the first page of one of its tables gone.
    private func run(without table: String, _ body: (String) async throws -> Void) async throws {
        try await withScratchDirectory { place in
            let here = place + "/here"
            try await StoreKind.sqlite.run { fixture in
                for number in 1...300 { try await fixture.append(.row(number, at: 2000)) }
                try FileManager.default.copyItem(atPath: fixture.directory, toPath: here)
            }
            // Folds the log back, which would hide it.
            try await SQLiteStore(directory: here, logger: .quiet).close()
            let file = here + "/signalbox.sqlite"
            let queue = try DatabaseQueue(path: file)
            let found = try await queue.read {
                try Int.fetchOne($0, sql: "SELECT rootpage FROM sqlite_schema WHERE name = ?", arguments: [table])
            }
            let root = try #require(found)
            try queue.close()
            let handle = try FileHandle(forUpdating: URL(fileURLWithPath: file))
            try handle.seek(toOffset: UInt64(root - 1) * 4096)
            try handle.write(contentsOf: Data(repeating: 0, count: 4096))
            try handle.close()
            try await body(here)
        }
    }

    @Test func `a table that can't be checked is a fault of the database, and named`() async throws {
        try await run(without: "payload") { here in
            let store = try SQLiteStore(directory: here, logger: .quiet)
            let fault = try await store.damage()
            #expect(fault?.hasPrefix("payload: ") == true, "\(fault ?? "nothing")")
            try await store.close()
        }
    }

    @Test(arguments: ["payload", "event"])
    func `whoever looks at the file reads it as damaged, also where its events can't be counted`(
        table: String
    ) async throws {
        try await run(without: table) { here in
            let health = try StoreHealth.examine(directory: here)
            #expect(!health.faults.isEmpty)
        }
    }
}
