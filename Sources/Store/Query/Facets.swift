import Domain
import GRDB

/// The combinations of instance, object, change and state that occur, with their numbers of events.
enum Facets {
    static func instances(_ db: Database) throws -> [InstanceID] {
        try Int64.fetchAll(try db.cachedStatement(sql: "SELECT DISTINCT instance FROM counter ORDER BY instance"))
    }

    /// Those that a filter lets through; the table has a few rows for each object.
    static func matching(_ filter: EventFilter, _ db: Database) throws -> [(facet: Facet, events: Int64)] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT c.instance, c.object, c.change, c.state, c.events, o.name FROM counter c
                JOIN object o ON o.id = c.object WHERE c.events > 0
                """
        )
        let objects = Set(filter.objects.map { $0.lowercased() })
        let changes = Set(filter.changes.map(\.code))
        let states = Set(filter.states.map(\.code))
        return try Row.fetchAll(statement).compactMap { row in
            let facet = Facet(instance: row[0], object: row[1], change: row[2], state: row[3])
            if !filter.instanceIDs.isEmpty, !filter.instanceIDs.contains(facet.instance) { return nil }
            if !changes.isEmpty, !changes.contains(facet.change) { return nil }
            if !states.isEmpty, !states.contains(facet.state) { return nil }
            if !objects.isEmpty, !objects.contains((row[5] as String).lowercased()) { return nil }
            return (facet, row[4])
        }
    }
}
