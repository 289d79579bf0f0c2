package import Domain
import GRDB

extension SQLiteStore {
    package func events(_ page: PageRequest) async throws -> EventPage {
        try await scan(page.filter) { db in
            let clock = ContinuousClock()
            // It begins when there is a reader.
            let end = page.patience.map { clock.now + .milliseconds($0) }
            let (found, reach) = try EventScan.search(page, SQLiteEventIndex(db: db)) {
                end.map { clock.now >= $0 } ?? false
            }
            return EventPage(try EventSummary.all(found, page, db), reach: reach)
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

    package func counts(_ filter: EventFilter, limit: Int64?) async throws -> EventCounts {
        try await scan(filter, counting: true) { db in
            try EventCounts.of(filter, limit: limit, SQLiteEventIndex(db: db))
        }
    }

    package func attempts(notificationID: Int64) async throws -> [Attempt] {
        try await look { db in try Attempt.all(of: notificationID, db) }
    }

    package func deliveries(_ filter: EventFilter, before: Int64?, limit: Int) async throws -> [Delivery] {
        try await scan(filter) { db in
            try EventScan.deliveries(filter, before: before, limit: limit, SQLiteEventIndex(db: db)) {
                try Delivery.all(ofEvents: $0, db)
            }
        }
    }
}

extension EventSummary {
    static func all(_ sequences: [Int64], _ page: PageRequest, _ db: Database) throws -> [EventSummary] {
        guard !sequences.isEmpty else { return [] }
        let range = NumberList.range(of: sequences)
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(EventColumns.summary)\(page.withAuthors ? ", " + EventColumns.author : "") FROM event e
                LEFT JOIN delivery d ON d.id = e.notification
                WHERE e.sequence \(range == nil ? "IN (SELECT value FROM json_each(?))" : "BETWEEN ? AND ?")
                """
        )
        var values = Bindings(statement)
        if let range {
            values.add(range.lowerBound)
            values.add(range.upperBound)
        } else {
            values.add(NumberList.text(sequences))
        }
        var names = try StoredObjectNames(db)
        var found: [EventSummary] = []
        found.reserveCapacity(sequences.count)
        try values.each(in: db) { row in
            guard let object = try names.name(of: row.integer(3), db) else { return }
            let held = page.filter.heldInstances
            found.append(EventSummary(row, object: object, heldInstances: held, withAuthor: page.withAuthors))
        }
        return found.inOrder(of: page)
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
