import Foundation
import Logging
package import Store
import TestSupport

/// The store that tests of the engine and the gateway run on: SQLite's, or with `SIGNALBOX_TEST_STORE=postgres` PostgreSQL's.
package enum TestStore {
    /// Opens the store of a directory, or makes it.
    package static func open(_ directory: String) async throws -> any EventStore {
        switch ProcessInfo.processInfo.environment["SIGNALBOX_TEST_STORE"] {
        #if PostgreSQL
        case "postgres": try await PostgresPlace.of(directory).opened()
        #endif
        default: try SQLiteStore(directory: directory, logger: .quiet)
        }
    }

    /// Puts what a kill would leave now at another place, where nobody has it.
    package static func copyAsKilled(_ directory: String, to other: String) async throws {
        #if PostgreSQL
        if ProcessInfo.processInfo.environment["SIGNALBOX_TEST_STORE"] == "postgres" {
            try await PostgresPlace.of(directory).copyAsKilled(to: other)
        }
        #endif
        try FileManager.default.copyItem(atPath: directory, toPath: other)
    }
}
