import Domain
import GRDB

/// The combinations of instance, object, change and state that occur, with their numbers of events.
enum Facets {
    static func instances(_ db: Database) throws -> [InstanceID] {
        try Int64.fetchAll(try db.cachedStatement(sql: "SELECT DISTINCT instance FROM counter ORDER BY instance"))
    }

    /// Those that a filter lets through, one for each way that a replay ended if the filter asks for that; the tables
    /// have a few rows for each object. What the filter leaves out by replay is still among them.
    static func matching(_ filter: EventFilter, _ db: Database) throws -> [(facet: Facet, events: Int64)] {
        if filter.replays.isEmpty {
            return try matching(filter, "SELECT instance, object, change, state, events, NULL FROM counter", db)
        }
        let verdicts = Set(filter.replays.subtracting(filter.excludedReplays).map(\.code))
        return try replayed(filter, db).filter { $0.facet.replay.map(verdicts.contains) ?? false }
    }

    /// Counts whatever facets alone decide.
    static func counts(_ filter: EventFilter, _ db: Database) throws -> EventCounts {
        var counts = EventCounts()
        for (facet, events) in try matching(filter, db) { counts.add(events, facet.shownState(filter)) }
        for (facet, events) in try replayed(filter, db) {
            guard let verdict = facet.replay.map({ ReplayVerdict(code: $0) }) else { continue }
            let state = facet.shownState(filter)
            if filter.excludedReplays.contains(verdict) {
                if filter.replays.isEmpty { counts.add(-events, state) }
            } else if filter.replays.isEmpty || filter.replays.contains(verdict) {
                counts.add(events, state, replay: verdict)
            }
        }
        return counts
    }

    private static func replayed(_ filter: EventFilter, _ db: Database) throws -> [(facet: Facet, events: Int64)] {
        try matching(filter, "SELECT instance, object, change, state, events, replay FROM replay_counter", db)
    }

    private static func matching(
        _ filter: EventFilter,
        _ table: String,
        _ db: Database
    ) throws -> [(facet: Facet, events: Int64)] {
        let statement = try db.cachedStatement(
            sql: "SELECT c.*, o.name FROM (\(table)) c JOIN object o ON o.id = c.object WHERE c.events > 0"
        )
        let objects = Set(filter.objects.map { $0.lowercased() })
        let changes = Set(filter.changes.map(\.code))
        return try Row.fetchAll(statement).compactMap { row in
            let facet = Facet(instance: row[0], object: row[1], change: row[2], state: row[3], replay: row[5])
            if !filter.instanceIDs.isEmpty, !filter.instanceIDs.contains(facet.instance) { return nil }
            if !changes.isEmpty, !changes.contains(facet.change) { return nil }
            if !filter.states.isEmpty, !filter.states.contains(facet.shownState(filter)) { return nil }
            if !objects.isEmpty, !objects.contains((row[6] as String).lowercased()) { return nil }
            return (facet, row[4])
        }
    }
}

extension Facet {
    /// The state that a person reads: what is open at a held callback is held.
    func shownState(_ filter: EventFilter) -> DeliveryState {
        let state = DeliveryState(code: state)
        return state.isOpen && filter.heldInstances.contains(instance) ? .held : state
    }
}

extension EventCounts {
    mutating func add(_ events: Int64, _ state: DeliveryState) {
        total += events
        byState[state, default: 0] += events
    }

    /// Those among the events whose last replay ended so.
    mutating func add(_ events: Int64, _ state: DeliveryState, replay: ReplayVerdict) {
        byReplay[replay, default: 0] += events
        if state == .dead, replay == .succeeded { deadButReplayed += events }
    }
}
