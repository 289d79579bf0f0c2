import Foundation

#if PostgreSQL
import Domain
import Logging
import PostgresServer
import Store
import StorePostgres
#endif

/// Searches for words over very many events that PostgreSQL keeps, in a cluster of this run alone.
enum SearchBench {
    static func rows(events: Int) async throws -> [BenchRow] {
        #if PostgreSQL
        let cluster = try PostgresServer.ofRun()
        defer { cluster.stop() }
        let url = try cluster.makeDatabase("history")
        var fixture = HistoryFixture(events: events)
        let store = try await open(url)
        let (milliseconds, _) = try await Measured.milliseconds { try await fixture.fill(store) }
        try await store.close()
        // As PostgreSQL does by itself some time after so many rows came.
        try cluster.ask("history", "VACUUM (ANALYZE)")
        let megabytes = (Double(try cluster.ask("history", "SELECT pg_database_size('history')")) ?? .nan) / 1_000_000
        let rows = try HistoryBench.measure(["queries", "--searches", "--database", url, "--events", "\(events)"])
        guard !rows.isEmpty else { throw BenchFault("search: nothing was measured") }
        let rate = Double(events) / milliseconds * 1000
        return [
            BenchRow(
                name: "PostgreSQL: \(events) events stored, with outcomes and words",
                value: rate,
                unit: "events/s",
                goal: ""
            ),
            BenchRow(
                name: "PostgreSQL: size of the database with \(events) events",
                value: megabytes,
                unit: "MB",
                goal: ""
            ),
        ] + rows
        #else
        throw BenchFault("search: this program is built without PostgreSQL.")
        #endif
    }

    #if PostgreSQL
    static func open(_ url: String) async throws -> PostgresStore {
        guard let address = PostgresAddress(url) else { throw BenchFault("\(url) names no database") }
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        let options = PostgresStore.Options(
            key: GivenKey("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
            node: NodeName(name: "bench", address: "", version: "bench")
        )
        return try PostgresStore(address, options: options, logger: logger)
    }
    #endif
}
