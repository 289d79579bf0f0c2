import Domain
import GRDB
import Primitives

/// The columns that lists read; `EventSummary(row)` takes them in this order, the object's name beside them.
enum EventColumns {
    static let summary = """
        e.sequence, e.event_id, e.instance, e.object, e.record_id, e.record_name, e.change, e.undelete, e.source, e.date,
        e.received, e.changed, \(delivery), \(onlyChange)
        """
    /// The changes of an event that changed one field; longer than a brief one can be, they are cut and so not read. Nobody
    /// reads payloads for the others.
    private static let onlyChange = """
        CASE WHEN e.changed <> '' AND instr(e.changed, char(31)) = 0
        THEN (SELECT substr(p.changes, 1, 4096) FROM payload p WHERE p.sequence = e.sequence) END
        """
    /// Behind those: the record that says who changed it. Longer ones are not read.
    static let author = """
        (SELECT CASE WHEN length(p.record) <= \(RecordAuthor.longestRecord) THEN p.record END FROM payload p
        WHERE p.sequence = e.sequence)
        """
    static let delivery = """
        d.id, d.instance, d.state, d.attempts, d.next_attempt, d.created, d.last_status, d.last_ms, d.last_error,
        d.replay_at, d.replay_ms, d.replay_status, d.replay_error
        """
    static let deliveryCount: Int32 = 13
    static let full = """
        e.sequence, e.event_id, e.instance, o.name, e.record_id, e.record_name, e.change, e.undelete, e.source, e.date,
        e.received, e.notification, p.master_record, p.poll_date, p.record, p.envelope, p.previous, p.changes
        """
    static let fullTables = "event e JOIN object o ON o.id = e.object JOIN payload p ON p.sequence = e.sequence"
}

/// The names of objects by their numbers, each read once: the events of a page are of few objects.
struct StoredObjectNames {
    private let statement: Statement
    private var known: [Int64: String] = [:]

    init(_ db: Database) throws { statement = try db.cachedStatement(sql: "SELECT name FROM object WHERE id = ?") }

    /// Nil if there is no such object.
    mutating func name(of object: Int64, _ db: Database) throws -> String? {
        if let name = known[object] { return name }
        var values = Bindings(statement)
        values.add(object)
        let name = try values.run(in: db) { $0.text(0) }
        known[object] = name
        return name
    }
}

extension EventSummary {
    /// With the column `author` behind the others, the record's author is read.
    init(_ row: BoundRow, object: String, heldInstances: Set<InstanceID>, withAuthor: Bool) {
        let delivery = Int32(12)
        let others = delivery + EventColumns.deliveryCount
        self.init(
            sequence: row.integer(0),
            eventID: row.text(1),
            instanceID: row.integer(2),
            object: object,
            recordID: row.text(4),
            recordName: row.textIfAny(5),
            change: Change(code: row.integer(6)),
            isUndelete: row.flag(7),
            source: ChangeSource(code: row.integer(8)),
            date: Timestamp(milliseconds: row.integer(9)),
            receivedAt: Timestamp(milliseconds: row.integer(10)),
            changedFieldNames: ChangedFields.names(row.textIfAny(11)),
            isCompared: !row.isNull(11),
            delivery: row.isNull(delivery) ? nil : Delivery(row, at: delivery).shown(heldInstances: heldInstances),
            onlyChange: ChangedFields.brief(row.textIfAny(others)),
            changedBy: withAuthor ? row.textIfAny(others + 1).flatMap(RecordAuthor.name) : nil
        )
    }
}

extension Delivery {
    init(_ row: BoundRow, at index: Int32 = 0) {
        self.init(
            notificationID: row.integer(index),
            instanceID: row.integer(index + 1),
            state: DeliveryState(code: row.integer(index + 2)),
            attempts: row.number(index + 3),
            nextAttempt: row.integerIfAny(index + 4).map { Timestamp(milliseconds: $0) },
            createdAt: Timestamp(milliseconds: row.integer(index + 5)),
            lastStatus: row.numberIfAny(index + 6),
            lastMilliseconds: row.numberIfAny(index + 7),
            lastError: row.textIfAny(index + 8),
            lastReplay: row.integerIfAny(index + 9).map { moment in
                ReplayOutcome(
                    at: Timestamp(milliseconds: moment),
                    milliseconds: row.number(index + 10),
                    outcome: AttemptOutcome(status: row.numberIfAny(index + 11), failure: row.textIfAny(index + 12))
                )
            }
        )
    }

    /// Those of the events with these numbers, each once, in no order.
    static func all(ofEvents sequences: [Int64], _ db: Database) throws -> [Delivery] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(EventColumns.delivery) FROM delivery d WHERE d.id IN
                    (SELECT e.notification FROM event e WHERE e.sequence IN (SELECT value FROM json_each(?)))
                """
        )
        var values = Bindings(statement)
        values.add(NumberList.text(sequences))
        var found: [Delivery] = []
        try values.each(in: db) { found.append(Delivery($0)) }
        return found
    }
}

extension ChangeEvent {
    init(_ row: Row) throws {
        let record: String = row[14]
        self.init(
            sequence: row[0],
            eventID: row[1],
            instanceID: row[2],
            object: row[3],
            recordID: row[4],
            change: Change(code: row[6]),
            isUndelete: row[7],
            masterRecordID: row[12],
            source: ChangeSource(code: row[8]),
            date: Timestamp(milliseconds: row[9]),
            pollDate: (row[13] as Int64?).map { Timestamp(milliseconds: $0) },
            receivedAt: Timestamp(milliseconds: row[10]),
            record: record,
            webhookEnvelope: row[15],
            previousRecord: try (row[16] as String?).map { text in
                try PreviousFields.restore(text, beside: record)
            },
            changedFields: ChangedFields.parse(row[17] as String?, beside: record),
            isCompared: !row.hasNull(atIndex: 17),
            recordName: row[5],
            notificationID: row[11]
        )
    }
}

extension OutgoingNotification {
    /// Nil if there is no such notification.
    init?(_ id: Int64, _ db: Database) throws {
        let head = try db.cachedStatement(
            sql: """
                SELECT \(EventColumns.delivery), d.count, s.name, s.tags, d.others FROM delivery d
                JOIN sender s ON s.id = d.sender WHERE d.id = ?
                """
        )
        let own = EventColumns.deliveryCount
        var values = Bindings(head)
        values.add(id)
        let found = try values.run(in: db) { row in
            (
                delivery: Delivery(row), count: row.integer(own), sender: row.text(own + 1), tags: row.text(own + 2),
                others: row.number(own + 3)
            )
        }
        guard let found else { return nil }
        let delivery = found.delivery
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(EventColumns.full) FROM \(EventColumns.fullTables)
                WHERE e.sequence >= ? AND e.sequence < ? ORDER BY e.sequence
                """
        )
        self.init(
            body: NotificationBody(
                notificationID: id,
                createdAt: delivery.createdAt,
                instanceID: delivery.instanceID,
                instanceName: found.sender,
                instanceTags: StringList.parse(found.tags),
                events: try Row.fetchAll(statement, arguments: [id, id + found.count]).map { try ChangeEvent($0) }
            ),
            delivery: delivery,
            made: delivery.attempts + found.others
        )
    }
}
