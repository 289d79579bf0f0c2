#if PostgreSQL
import Domain
import Primitives
import Store

/// The columns that lists read; `EventSummary(row)` takes them in this order.
enum EventColumns {
    static let summary = """
        e.sequence, e.event_id, e.instance, o.name, e.record_id, e.record_name, e.change, e.undelete, e.source, e.date,
        e.received, e.changed, \(delivery), \(onlyChange)
        """
    static let summaryCount = 13 + deliveryCount
    static let summaryTables = """
        event e JOIN object o ON o.id = e.object LEFT JOIN delivery d ON d.id = e.notification
        """
    /// The changes of an event that changed one field; longer than a brief one can be, they are cut and so not read. Nobody
    /// reads payloads for the others.
    private static let onlyChange = """
        CASE WHEN e.changed <> '' AND position(chr(31) IN e.changed) = 0
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
            isCompared: !row.isNull(11),
            delivery: row.isNull(12) ? nil : Delivery(row, at: 12).shown(heldInstances: heldInstances),
            onlyChange: ChangedFields.brief(row[12 + EventColumns.deliveryCount] as String?),
            changedBy: withAuthor ? (row[EventColumns.summaryCount] as String?).flatMap(RecordAuthor.name) : nil
        )
    }

    static func all(_ sequences: [Int64], _ page: PageRequest, _ connection: Connection) throws -> [EventSummary] {
        guard !sequences.isEmpty else { return [] }
        let rows = try connection.run(
            """
            SELECT \(EventColumns.summary)\(page.withAuthors ? ", " + EventColumns.author : "")
            FROM \(EventColumns.summaryTables) WHERE e.sequence = ANY ($1)
            """,
            [Column(sequences)]
        )
        return rows.map {
            EventSummary($0, heldInstances: page.filter.heldInstances, withAuthor: page.withAuthors)
        }
        .inOrder(of: page)
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

    /// Those of the events with these numbers, each once, in no order.
    static func all(ofEvents sequences: [Int64], _ connection: Connection) throws -> [Delivery] {
        try connection.run(
            """
            SELECT \(EventColumns.delivery) FROM delivery d
            WHERE d.id IN (SELECT e.notification FROM event e WHERE e.sequence = ANY ($1))
            """,
            [Column(sequences)]
        )
        .map { Delivery($0) }
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
            isCompared: !row.isNull(17),
            recordName: row[5],
            notificationID: row[11]
        )
    }
}

extension OutgoingNotification {
    /// Those that exist of these, in no order.
    static func all(_ ids: [Int64], _ connection: Connection) throws -> [OutgoingNotification] {
        let events = Dictionary(
            grouping: try connection.run(
                """
                SELECT \(EventColumns.full) FROM (SELECT s AS sequence FROM delivery d
                    CROSS JOIN LATERAL generate_series(d.id, d.id + d.count - 1) s WHERE d.id = ANY ($1)) w
                JOIN event e ON e.sequence = w.sequence JOIN object o ON o.id = e.object
                JOIN payload p ON p.sequence = e.sequence ORDER BY e.sequence
                """,
                [Column(ids)]
            ).map { try ChangeEvent($0) },
            by: \.notificationID
        )
        let heads = try connection.run(
            """
            SELECT \(EventColumns.delivery), s.name, s.tags, d.others FROM delivery d
            JOIN sender s ON s.id = d.sender WHERE d.id = ANY ($1)
            """,
            [Column(ids)]
        )
        return heads.map { row in
            let delivery = Delivery(row)
            return OutgoingNotification(
                body: NotificationBody(
                    notificationID: delivery.notificationID,
                    createdAt: delivery.createdAt,
                    instanceID: delivery.instanceID,
                    instanceName: row[EventColumns.deliveryCount],
                    instanceTags: StringList.parse(row[EventColumns.deliveryCount + 1]),
                    events: events[delivery.notificationID] ?? []
                ),
                delivery: delivery,
                made: delivery.attempts + (row[EventColumns.deliveryCount + 2] as Int)
            )
        }
    }
}

extension EventDetail {
    init?(sequence: Int64, _ connection: Connection) throws {
        let found = try connection.run("SELECT notification FROM event WHERE sequence = $1", [sequence]).number
        guard let id = found, let outgoing = try OutgoingNotification.all([id], connection).first,
            let event = outgoing.body.events.first(where: { $0.sequence == sequence })
        else { return nil }
        self.init(
            event: event,
            delivery: outgoing.delivery,
            attempts: try Attempt.all(of: id, connection),
            body: outgoing.body.bytes
        )
    }
}

extension Attempt {
    /// Oldest first.
    static func all(of notificationID: Int64, _ connection: Connection) throws -> [Attempt] {
        try connection.run(
            """
            SELECT id, notification, number, replay, started, ms, url, status, error, headers, body, first_byte,
                resolve, connect, tls, reused
            FROM attempt WHERE notification = $1 ORDER BY id
            """,
            [notificationID]
        ).map { Attempt($0) }
    }

    private init(_ row: Row) {
        self.init(
            id: row[0],
            notificationID: row[1],
            number: row[2],
            isReplay: Attempt.isReplay(code: row[3]),
            startedAt: Timestamp(milliseconds: row[4]),
            milliseconds: row[5],
            firstByteMilliseconds: row[11],
            phases: (row[15] as Bool?).map { isReused in
                AttemptPhases(resolve: row[12], connect: row[13], tls: row[14], isReused: isReused)
            },
            url: row[6],
            outcome: AttemptOutcome(status: row[7], failure: row[8]),
            responseHeaders: HeaderList.parse(row[9]),
            responseBody: row[10]
        )
        isEdited = Attempt.isEdited(code: row[3])
    }
}
#endif
