import Domain
import GRDB
import Primitives

/// The columns that lists read; `EventSummary(row)` takes them in this order.
enum EventColumns {
    static let summary = """
        e.sequence, e.event_id, e.instance, o.name, e.record_id, e.record_name, e.change, e.undelete, e.source, e.date,
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
    static let deliveryCount = 13
    static let full = """
        e.sequence, e.event_id, e.instance, o.name, e.record_id, e.record_name, e.change, e.undelete, e.source, e.date,
        e.received, e.notification, p.master_record, p.poll_date, p.record, p.envelope, p.previous, p.changes
        """
    static let fullTables = "event e JOIN object o ON o.id = e.object JOIN payload p ON p.sequence = e.sequence"
}

extension EventSummary {
    /// With the column `author` behind the others, the record's author is read.
    init(_ row: Row, heldInstances: Set<InstanceID>, withAuthor: Bool) {
        self.init(
            sequence: row[0],
            eventID: row[1],
            instanceID: row[2],
            object: row[3],
            recordID: row[4],
            recordName: row[5],
            change: Change(code: row[6]),
            isUndelete: row[7],
            source: ChangeSource(code: row[8]),
            date: Timestamp(milliseconds: row[9]),
            receivedAt: Timestamp(milliseconds: row[10]),
            changedFieldNames: ChangedFields.names(row[11] as String?),
            isCompared: !row.hasNull(atIndex: 11),
            delivery: row.hasNull(atIndex: 12) ? nil : Delivery(row, at: 12).shown(heldInstances: heldInstances),
            onlyChange: ChangedFields.parse(row[12 + EventColumns.deliveryCount] as String?).brief,
            changedBy: withAuthor
                ? (row[13 + EventColumns.deliveryCount] as String?).flatMap(RecordAuthor.name) : nil
        )
    }
}

extension Delivery {
    init(_ row: Row, at index: Int = 0) {
        self.init(
            notificationID: row[index],
            instanceID: row[index + 1],
            state: DeliveryState(code: row[index + 2]),
            attempts: row[index + 3],
            nextAttempt: (row[index + 4] as Int64?).map { Timestamp(milliseconds: $0) },
            createdAt: Timestamp(milliseconds: row[index + 5]),
            lastStatus: row[index + 6],
            lastMilliseconds: row[index + 7],
            lastError: row[index + 8],
            lastReplay: (row[index + 9] as Int64?).map { moment in
                ReplayOutcome(
                    at: Timestamp(milliseconds: moment),
                    milliseconds: row[index + 10] as Int? ?? 0,
                    outcome: AttemptOutcome(status: row[index + 11], failure: row[index + 12])
                )
            }
        )
    }

    /// Those that exist of these numbers, in no order.
    static func all(_ ids: [Int64], _ db: Database) throws -> [Delivery] {
        let statement = try db.cachedStatement(
            sql: "SELECT \(EventColumns.delivery) FROM delivery d WHERE d.id IN (SELECT value FROM json_each(?))"
        )
        return try Row.fetchAll(statement, arguments: [NumberList.text(ids)]).map { Delivery($0) }
    }
}

extension ChangeEvent {
    init(_ row: Row) {
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
            record: row[14],
            webhookEnvelope: row[15],
            previousRecord: row[16],
            changedFields: ChangedFields.parse(row[17] as String?),
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
        guard let row = try Row.fetchOne(head, arguments: [id]) else { return nil }
        let delivery = Delivery(row)
        let count: Int64 = row[EventColumns.deliveryCount]
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
                instanceName: row[EventColumns.deliveryCount + 1],
                instanceTags: StringList.parse(row[EventColumns.deliveryCount + 2]),
                events: try Row.fetchAll(statement, arguments: [id, id + count]).map { ChangeEvent($0) }
            ),
            delivery: delivery,
            made: delivery.attempts + (row[EventColumns.deliveryCount + 3] as Int)
        )
    }
}
