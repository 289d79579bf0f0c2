import Foundation
import Logging
package import Store
import TestSupport

/// The store that tests of the engine and the gateway run on: SQLite's, or with `SIGNALBOX_TEST_STORE=postgres` PostgreSQL's.
package enum TestStore {
    static let isPostgres = ProcessInfo.processInfo.environment["SIGNALBOX_TEST_STORE"] == "postgres"

    /// Opens the store of a directory, or makes it.
    package static func open(_ directory: String) async throws -> any EventStore {
        #if PostgreSQL
        if isPostgres { return try await PostgresPlace.of(directory).opened() }
        #endif
        return try SQLiteStore(directory: directory, logger: .quiet)
    }

    /// Puts what a kill would leave now at another place, where nobody has it.
    package static func copyAsKilled(_ directory: String, to other: String) async throws {
        #if PostgreSQL
        if isPostgres {
            try await PostgresPlace.of(directory).copyAsKilled(to: other)
        }
        #endif
        try FileManager.default.copyItem(atPath: directory, toPath: other)
    }
}
