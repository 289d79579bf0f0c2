import Foundation
import GRDB

/// How a database stands, looked at beside whoever has it: nothing is written, and nobody waits for it.
package struct StoreHealth: Sendable, Hashable {
    package let events: Int64
    /// Of the database with its log.
    package let bytes: Int64
    /// The name of its last migration.
    package let schema: String
    /// What SQLite found wrong with it; none where it is whole.
    package let faults: [String]

    private static let mostFaults = 10

    /// Reads every page of the database and the order of every index; some seconds for a large one.
    package static func examine(directory path: String) throws(StoreError) -> StoreHealth {
        let file = path + "/signalbox.sqlite"
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.label = "health"
            configuration.prepareDatabase { SearchFunction.add(to: $0) }
            let queue = try DatabaseQueue(path: file, configuration: configuration)
            defer { try? queue.close() }
            return try queue.read { db in
                let said = try String.fetchAll(db, sql: "PRAGMA quick_check(\(mostFaults))")
                return StoreHealth(
                    events: try Int64.fetchOne(db, sql: "SELECT count(*) FROM event") ?? 0,
                    bytes: ["", "-wal"].reduce(0) { sum, ending in
                        let facts = try? FileManager.default.attributesOfItem(atPath: file + ending)
                        return sum + (facts?[.size] as? Int64 ?? 0)
                    },
                    schema: try Schema.migrator.appliedMigrations(db).last ?? "",
                    faults: said == ["ok"] ? [] : said
                )
            }
        } catch {
            throw StoreError(error, path: file)
        }
    }
}
