#if PostgreSQL
import Primitives
package import Domain
import Store
package import StorePostgres
import TestSupport

/// The database that stands for a directory: the same one whenever it is opened.
package struct PostgresDatabase: Sendable {
    package let url: String

    private static let all = Locked<[String: PostgresDatabase]>([:])
    package static let key = Secret("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")

    /// All tests share the machine, so that a sign of life may come late; and none comes while a test takes a node for dead.
    package static let patient = NodeTimes(beat: 600_000, lasts: 1_800_000, trusts: 1_200_000)

    package static func of(_ directory: String) async throws -> PostgresDatabase {
        if let known = all.withLock({ $0[directory] }) { return known }
        let url = try await offThread { Result { try PostgresCluster.shared().makeDatabase() } }.get()
        let place = PostgresDatabase(url: url)
        return all.withLock { all in
            let place = all[directory] ?? place
            all[directory] = place
            return place
        }
    }

    /// The same database by way of a proxy.
    package func through(_ proxy: TCPProxy) -> PostgresDatabase {
        let database = PostgresCluster.database(url)
        return PostgresDatabase(url: "postgres://signalbox@127.0.0.1:\(proxy.port)/\(database)?sslmode=disable")
    }

    /// Whoever has it is cut off for a moment, and goes on.
    package func copyAsKilled(to directory: String) async throws {
        let url = url
        let copy = try await offThread { Result { try PostgresCluster.shared().copyDatabase(of: url) } }.get()
        Self.all.withLock { $0[directory] = PostgresDatabase(url: copy) }
        try await Self.of(directory).ask("DELETE FROM signalbox.node")
    }

    /// On a thread of its own, as it waits for the server.
    package func opened(
        times: NodeTimes = patient,
        name: String = "test",
        key: Secret? = key,
        mayBeMoving: Bool = false,
        isExclusive: Bool = true,
        directory: String? = nil
    ) async throws -> PostgresStore {
        try await offThread { Result { try open(times, name, key, mayBeMoving, isExclusive, directory) } }.get()
    }

    private func open(
        _ times: NodeTimes,
        _ name: String,
        _ key: Secret?,
        _ mayBeMoving: Bool,
        _ isExclusive: Bool,
        _ directory: String?
    ) throws -> PostgresStore {
        guard let address = PostgresAddress(url) else { throw TimedOut(description: "no address: \(url)") }
        var options = PostgresStore.Options(
            key: key.map { GivenKey($0) },
            node: NodeName(name: name, address: "127.0.0.1:8181", version: "test"),
            times: times
        )
        options.mayBeMoving = mayBeMoving
        options.isExclusive = isExclusive
        options.directory = directory
        return try PostgresStore(address, options: options, logger: .quiet)
    }

    /// What PostgreSQL's own client says.
    @discardableResult
    package func ask(_ sql: String) async throws -> String {
        try await offThread { Result { try PostgresCluster.shared().ask(store: url, sql) } }.get()
    }
}
#endif
