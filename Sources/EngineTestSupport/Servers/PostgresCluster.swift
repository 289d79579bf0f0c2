package import PostgresServer
import Primitives
import Synchronization
import TestSupport

/// A private cluster of PostgreSQL for the tests of this process, made when the first test needs it.
package final class PostgresCluster: Sendable {
    /// Whether tests run on PostgreSQL: where Debian's `postgresql` is installed, unless they are to run on SQLite alone.
    package static var isUsed: Bool { TestStore.wanted != .sqlite && PostgresServer.binaries != nil }
    /// What a test says that is skipped for the lack of it.
    package static let missing = "postgresql is not installed, or SIGNALBOX_TEST_STORE is sqlite"

    /// Whether what takes its time on PostgreSQL runs as well: where that is asked for.
    package static var isWanted: Bool { TestStore.wanted == .postgres && PostgresServer.binaries != nil }
    package static let unwanted = "SIGNALBOX_TEST_STORE is not postgres, or postgresql is not installed"

    private static let running = Locked<PostgresCluster?>(nil)

    /// That of this process.
    package static func shared() throws -> PostgresCluster {
        try running.withLock { running in
            if let running { return running }
            let cluster = try PostgresCluster()
            running = cluster
            return cluster
        }
    }

    /// One that a test has for itself, to restart it.
    package static func separate() throws -> PostgresCluster { try PostgresCluster() }

    private let server: PostgresServer
    private let next = Atomic(0)

    private init() throws {
        server = try PostgresServer(
            PostgresServer.Configuration(connections: 2000, sharedMegabytes: 128, logMegabytes: 2048, syncs: false)
        )
    }

    /// Stops the server, and starts it after so many seconds; returns before it does either.
    package func restart(_ stop: PostgresServer.Stop, afterSeconds seconds: Int) throws {
        try server.restart(stop, afterSeconds: seconds)
    }

    /// Where it listens.
    package var socket: String { server.socket }

    private var newName: String { "test_\(next.add(1, ordering: .relaxed).newValue)" }

    /// An empty database, as a store is named.
    package func makeDatabase() throws -> String { try server.makeDatabase(newName) }

    /// A copy of a store's database as it is now.
    package func copyDatabase(of store: String) throws -> String {
        let source = Self.database(store)
        try server.ask("postgres", "ALTER DATABASE \(source) ALLOW_CONNECTIONS false")
        defer { _ = try? server.ask("postgres", "ALTER DATABASE \(source) ALLOW_CONNECTIONS true") }
        try server.ask("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(source)'")
        return try server.makeDatabase(newName, from: source)
    }

    package static func database(_ store: String) -> String {
        String(store.dropFirst("postgres:///".count).prefix { $0 != "?" })
    }

    /// Runs SQL by PostgreSQL's own client in the database of a store; what it prints.
    @discardableResult
    package func ask(store: String, _ sql: String) throws -> String {
        try server.ask(Self.database(store), sql)
    }
}
