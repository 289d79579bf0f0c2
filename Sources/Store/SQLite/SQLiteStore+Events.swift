package import Domain
import GRDB

extension SQLiteStore {
    package func events(_ page: PageRequest) async throws -> [EventSummary] {
        guard page.limit > 0 else { return [] }
        return try await scan(page.filter) { db in
            var scan = try EventScan(page, db)
            var sequences: [Int64] = []
            while sequences.count < page.limit {
                let more = try scan.next(page.limit - sequences.count, db)
                if more.isEmpty { break }
                sequences += more
            }
            return try EventSummary.all(sequences, page, db)
        }
    }

    package func event(sequence: Int64) async throws -> EventDetail? {
        try await look { db in try EventDetail(sequence: sequence, db) }
    }

    package func event(id: String) async throws -> EventDetail? {
        try await look { db in
            let statement = try db.cachedStatement(sql: "SELECT sequence FROM event WHERE event_id = ? LIMIT 1")
            guard let sequence = try Int64.fetchOne(statement, arguments: [id]) else { return nil }
            return try EventDetail(sequence: sequence, db)
        }
    }

    /// Counts events, each under the state of its delivery. By facet they come from the counters; a filter by record,
    /// time or text has to look at what the other parts of the filter leave.
    package func counts(_ filter: EventFilter) async throws -> EventCounts {
        try await scan(filter, counting: true) { db in
            if filter.recordID == nil, filter.from == nil, filter.to == nil, filter.text?.isEmpty ?? true {
                return try Facets.counts(filter, db)
            }
            var counts = EventCounts()
            var scan = try EventScan(PageRequest(direction: .oldestFirst, filter: filter), db)
            let statement = try db.cachedStatement(
                sql: """
                    SELECT instance, state, replay, count(*) FROM event
                    WHERE sequence IN (SELECT value FROM json_each(?)) GROUP BY instance, state, replay
                    """
            )
            while true {
                let sequences = try scan.next(EventScan.chunk, db)
                if sequences.isEmpty { return counts }
                for row in try Row.fetchAll(statement, arguments: [EventScan.list(sequences)]) {
                    let facet = Facet(instance: row[0], object: 0, change: 0, state: row[1], replay: row[2])
                    let (state, events) = (facet.shownState(filter), row[3] as Int64)
                    counts.add(events, state)
                    if let replay = facet.replay { counts.add(events, state, replay: ReplayVerdict(code: replay)) }
                }
            }
        }
    }
}

extension EventSummary {
    static func all(_ sequences: [Int64], _ page: PageRequest, _ db: Database) throws -> [EventSummary] {
        guard !sequences.isEmpty else { return [] }
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(EventColumns.summary) FROM event e JOIN object o ON o.id = e.object
                LEFT JOIN delivery d ON d.id = e.notification WHERE e.sequence IN (SELECT value FROM json_each(?))
                """
        )
        let found = try Row.fetchAll(statement, arguments: [EventScan.list(sequences)]).map {
            EventSummary($0, heldInstances: page.filter.heldInstances)
        }
        return found.sorted {
            page.direction == .newestFirst ? $0.sequence > $1.sequence : $0.sequence < $1.sequence
        }
    }
}

extension EventDetail {
    init?(sequence: Int64, _ db: Database) throws {
        let statement = try db.cachedStatement(sql: "SELECT notification FROM event WHERE sequence = ?")
        guard let id = try Int64.fetchOne(statement, arguments: [sequence]),
            let outgoing = try OutgoingNotification(id, db),
            let event = outgoing.body.events.first(where: { $0.sequence == sequence })
        else { return nil }
        self.init(
            event: event,
            delivery: outgoing.delivery,
            attempts: try Attempt.all(of: id, db),
            body: outgoing.body.bytes
        )
    }
}
