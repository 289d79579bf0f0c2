import Domain
import Primitives
import Store

#if PostgreSQL
import StorePostgres
#endif

/// The database: whether it is whole, beside whoever writes it.
struct StoreExamination {
    private let path: String
    private let database: Secret?

    init(_ settings: Settings) {
        path = settings.eventsDirectory
        database = settings.database
    }

    /// Of the store that the node of the data directory has, whichever these settings name.
    static func besideNode(_ settings: Settings) -> [Finding] {
        guard let mark = settings.storeElsewhere else { return StoreExamination(settings).findings }
        switch mark.kind {
        case .directory:
            var there = settings
            there.storeDirectory = mark.location
            return StoreExamination(there).findings
        case .postgresql:
            return [.warning("store", "It was not looked at. \(mark.sentence(settings.dataDirectory))")]
        }
    }

    /// What opening it would make of it.
    func standing() throws(StoreError) -> StoreStanding {
        #if PostgreSQL
        if let address = database.flatMap({ PostgresAddress($0.exposed) }) {
            return try PostgresHealth.standing(address)
        }
        #endif
        return try StoreHealth.standing(directory: path)
    }

    /// Holds the key that a start would have against what is sealed; nil: the key file.
    func checkKey(_ given: GivenKey?) throws(StoreError) {
        #if PostgreSQL
        if let address = database.flatMap({ PostgresAddress($0.exposed) }) {
            return try PostgresHealth.checkKey(given, address)
        }
        #endif
        try StoreHealth.checkKey(given, directory: path)
    }

    var findings: [Finding] {
        #if PostgreSQL
        if let address = database.flatMap({ PostgresAddress($0.exposed) }) { return findings(address) }
        #endif
        do throws(StoreError) {
            let health = try StoreHealth.examine(directory: path)
            guard health.faults.isEmpty else {
                return [
                    .failed(
                        "store",
                        "The database is damaged (\(health.faults[0])); stop Signalbox, keep a copy of \(path), and restore a backup."
                    )
                ]
            }
            return [.sound("store", "whole: \(health.events.counted("event")), \(health.bytes >> 20) MiB")]
        } catch {
            return [.failed("store", error.message)]
        }
    }
}

#if PostgreSQL
extension StoreExamination {
    /// What a failover could lose, and which version serves; whether its files are whole PostgreSQL's own tools say.
    private func findings(_ address: PostgresAddress) -> [Finding] {
        do throws(StoreError) {
            let health = try PostgresHealth.examine(address)
            var findings = [
                Finding.sound(
                    "store",
                    "PostgreSQL \(health.version) at \(address.location): \(health.events.counted("event")), "
                        + "\(health.bytes >> 20) MiB; pg_amcheck says whether it is whole"
                )
            ]
            findings += health.nodes.map { .sound("node", $0) }
            if let risk = health.risk { findings.append(.warning("store", risk)) }
            return findings
        } catch {
            return [.failed("store", error.message)]
        }
    }
}
#endif
