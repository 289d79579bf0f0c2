#if PostgreSQL
import Domain
import Primitives
import Store

/// The rows that the observations of one transaction ask for, read many at once before the first is judged, and those that
/// they write, kept until the last one is. So a transaction asks the server the same few questions however many callers share
/// it; each caller sees what those before it have decided.
final class IntakeRows {
    struct Record: Hashable {
        let instance: InstanceID
        let object: Int64
        let id: String
    }

    struct Lane: Hashable {
        let instance: InstanceID
        let record: String
    }

    struct Message: Hashable {
        let instance: InstanceID
        let id: String
    }

    private struct Known {
        var stamp: Int64
        var isDeleted: Bool
        var revision: Int64
        var fields: String
        var guess: Int64?
        var deletedAt: Int64?
    }

    private struct Stamp: Hashable {
        let instance: InstanceID
        let object: Int64
        let stamp: Int64
    }

    /// What becomes of a count: `max(count + change, least)`. Of what was never counted there is nothing to take away.
    private struct CountChange {
        private(set) var change: Int64 = 0
        private(set) var least: Int64 = 0

        mutating func add(_ difference: Int64) {
            change += difference
            least = max(0, least + difference)
        }
    }

    private var ledger: [Record: Known] = [:]
    private var stamps: [Stamp: CountChange] = [:]
    private var written: Set<Record> = []
    private(set) var busy: Set<Lane> = []
    private(set) var messages: Set<Message> = []
    private var newMessages: [Message: Int64] = [:]
    /// Up to when messages are forgotten, and up to when they are to be.
    private var forgotten = Int64.min
    private var toForget = Int64.min
    private var pollers: [PollerRecord] = []
    private var events = EventColumnsToWrite()
    /// The same, by batch.
    private var pending: [(batch: IntakeBatch, events: [IntakePlan.Event])] = []

    init() {}

    // MARK: Reading

    /// Reads what these ask for; of an instance that is gone nothing.
    func read(_ batches: [PreparedBatch], _ transaction: inout WriteTransaction) throws {
        var records: Set<Record> = []
        var lanes: Set<Lane> = []
        var asked: Set<Message> = []
        for batch in batches.map(\.batch) where transaction.state.instances[batch.instanceID] != nil {
            for seen in batch.observations {
                let object = try transaction.objectID(seen.object)
                records.insert(Record(instance: batch.instanceID, object: object, id: seen.recordID))
                lanes.insert(Lane(instance: batch.instanceID, record: seen.recordID))
            }
            let ids = [batch.messageID].compactMap(\.self) + batch.notificationIDs
            guard !ids.isEmpty else { continue }
            asked.formUnion(ids.map { Message(instance: batch.instanceID, id: $0) })
            let moment = batch.receivedAt.advanced(byMilliseconds: -IntakePlan.rememberedMilliseconds).milliseconds
            forgetMessages(before: moment)
        }
        try forgetMessages(transaction)
        if !asked.isEmpty { try read(asked, transaction) }
        if !records.isEmpty { try read(records, transaction) }
        if !lanes.isEmpty { try read(lanes, transaction) }
    }

    /// To be done with the next of them that are read or written.
    func forgetMessages(before moment: Int64) { toForget = max(toForget, moment) }

    private func forgetMessages(_ transaction: WriteTransaction) throws {
        guard toForget > forgotten else { return }
        try transaction.run("DELETE FROM message WHERE received < $1", [toForget])
        forgotten = toForget
    }

    private func read(_ asked: Set<Message>, _ transaction: WriteTransaction) throws {
        let rows = try transaction.run(
            """
            SELECT m.instance, m.id FROM unnest($1, $2) u (instance, id)
            JOIN message m ON m.instance = u.instance AND m.id = u.id
            """,
            [Column(asked.map(\.instance)), Column(asked.map(\.id))]
        )
        for row in rows { messages.insert(Message(instance: row[0], id: row[1])) }
    }

    private func read(_ records: Set<Record>, _ transaction: WriteTransaction) throws {
        let rows = try transaction.run(
            """
            SELECT l.instance, l.object, l.record_id, l.stamp, l.deleted, l.revision, l.fields, l.guess, CASE WHEN l.deleted THEN
                (SELECT CASE e.change WHEN \(Change.deleted.code) THEN e.received END FROM event e
                WHERE e.record_id = l.record_id AND e.instance = l.instance ORDER BY e.sequence DESC LIMIT 1) END
            FROM unnest($1, $2, $3) u (instance, object, record_id)
            JOIN ledger l ON l.instance = u.instance AND l.object = u.object AND l.record_id = u.record_id
            """,
            [Column(records.map(\.instance)), Column(records.map(\.object)), Column(records.map(\.id))]
        )
        for row in rows {
            ledger[Record(instance: row[0], object: row[1], id: row[2])] = Known(
                stamp: row[3],
                isDeleted: row[4],
                revision: row[5],
                fields: row[6],
                guess: row[7],
                deletedAt: row[8]
            )
        }
    }

    private func read(_ lanes: Set<Lane>, _ transaction: WriteTransaction) throws {
        let rows = try transaction.run(
            """
            SELECT u.instance, u.record_id FROM unnest($1, $2) u (instance, record_id) WHERE EXISTS
                (SELECT 1 FROM lane l WHERE l.instance = u.instance AND l.record_id = u.record_id)
            """,
            [Column(lanes.map(\.instance)), Column(lanes.map(\.record))]
        )
        for row in rows { busy.insert(Lane(instance: row[0], record: row[1])) }
    }

    func entry(_ record: Record) throws -> LedgerRow? {
        guard let known = ledger[record] else { return nil }
        return LedgerRow(
            // The key says which it is.
            number: 0,
            entry: LedgerEntry(
                stamp: Timestamp(milliseconds: known.stamp),
                isDeleted: known.isDeleted,
                fields: try RecordFields(parsing: known.fields),
                revision: known.revision,
                guess: known.guess.map { Timestamp(milliseconds: $0) }
            ),
            deletedAt: known.deletedAt.map { Timestamp(milliseconds: $0) }
        )
    }

    /// Whether an event that is still to be written says the same.
    func isPending(_ seen: Observation, object: Int64, _ texts: PreparedBatch.Texts, of batch: IntakeBatch) -> Bool {
        pending.contains { former in
            former.batch.instanceID == batch.instanceID && former.batch.webhookEnvelope == batch.webhookEnvelope
                && WebhookMark.mayBeSame(former.batch.webhookMark, batch.webhookMark)
                && former.events.contains { $0.matches(seen, object: object, texts) }
        }
    }

    /// When the last event of a record was received that is still to be written.
    func lastPending(_ recordID: String, object: Int64, of instance: InstanceID) -> Timestamp? {
        pending.last { former in
            former.batch.instanceID == instance
                && former.events.contains { $0.observation.recordID == recordID && $0.object == object }
        }?.batch.receivedAt
    }

    // MARK: Writing

    /// Keeps what a batch came to, for itself and for those behind it.
    func add(_ plan: IntakePlan, _ batch: IntakeBatch, newMessages: [String], sender: Int64?) {
        let instance = batch.instanceID
        for id in newMessages {
            let message = Message(instance: instance, id: id)
            messages.insert(message)
            self.newMessages[message] = batch.receivedAt.milliseconds
        }
        let events = plan.notifications.flatMap(\.events)
        if !events.isEmpty { pending.append((batch, events)) }
        let deletions = Set(events.filter { $0.change == .deleted }.map(\.observation.recordID))
        for write in plan.ledger {
            let record = Record(instance: instance, object: write.object, id: write.recordID)
            let known = deletions.contains(write.recordID) ? batch.receivedAt.milliseconds : ledger[record]?.deletedAt
            ledger[record] = Known(
                stamp: write.entry.stamp.milliseconds,
                isDeleted: write.entry.isDeleted,
                revision: write.entry.revision,
                fields: write.fields,
                guess: write.entry.guess?.milliseconds,
                deletedAt: write.entry.isDeleted ? known : nil
            )
            written.insert(record)
        }
        for (place, difference) in plan.stamps {
            let stamp = Stamp(instance: instance, object: place.object, stamp: place.stamp.milliseconds)
            stamps[stamp, default: CountChange()].add(Int64(difference))
        }
        for notification in plan.notifications {
            for lane in notification.lanes { busy.insert(Lane(instance: instance, record: lane)) }
            self.events.add(notification, batch, sender: sender ?? 0)
        }
        pollers += batch.pollerRecords
    }

    /// Writes all of it down.
    func write(_ transaction: inout WriteTransaction) throws {
        try forgetMessages(transaction)
        if !newMessages.isEmpty {
            let rows = Array(newMessages)
            try transaction.run(
                "INSERT INTO message (instance, id, received) SELECT * FROM unnest($1, $2, $3) ON CONFLICT DO NOTHING",
                [Column(rows.map(\.key.instance)), Column(rows.map(\.key.id)), Column(rows.map(\.value))]
            )
            newMessages = [:]
        }
        try writeLedger(transaction)
        try writeStamps(transaction)
        try events.write(transaction)
        events = EventColumnsToWrite()
        pending = []
        try transaction.save(pollers)
        pollers = []
    }

    private func writeLedger(_ transaction: WriteTransaction) throws {
        if written.isEmpty { return }
        var (instances, objects, ids) = (Column<Int64>(), Column<Int64>(), Column<String>())
        var (stamps, deleted, revisions) = (Column<Int64>(), Column<Bool>(), Column<Int64>())
        var (fields, guesses) = (Column<String>(), Column<Int64?>())
        for record in written {
            guard let known = ledger[record] else { continue }
            instances.append(record.instance)
            objects.append(record.object)
            ids.append(record.id)
            stamps.append(known.stamp)
            deleted.append(known.isDeleted)
            revisions.append(known.revision)
            fields.append(known.fields)
            guesses.append(known.guess)
        }
        try transaction.run(
            """
            INSERT INTO ledger (instance, object, record_id, stamp, deleted, revision, fields, guess)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (instance, object, record_id) DO UPDATE SET
                stamp = excluded.stamp, deleted = excluded.deleted, revision = excluded.revision,
                fields = excluded.fields, guess = excluded.guess
            """,
            [instances, objects, ids, stamps, deleted, revisions, fields, guesses]
        )
        written = []
    }

    private func writeStamps(_ transaction: WriteTransaction) throws {
        if stamps.isEmpty { return }
        let changes = Array(stamps)
        try transaction.run(
            """
            INSERT INTO ledger_stamp (instance, object, stamp, records)
            SELECT u.instance, u.object, u.stamp, greatest(coalesce(l.records, 0) + u.change, u.least)
            FROM unnest($1, $2, $3, $4, $5) u (instance, object, stamp, change, least)
            LEFT JOIN ledger_stamp l ON l.instance = u.instance AND l.object = u.object AND l.stamp = u.stamp
            ON CONFLICT (instance, object, stamp) DO UPDATE SET records = excluded.records
            """,
            [
                Column(changes.map(\.key.instance)), Column(changes.map(\.key.object)),
                Column(changes.map(\.key.stamp)), Column(changes.map(\.value.change)),
                Column(changes.map(\.value.least)),
            ]
        )
        stamps = [:]
    }
}
#endif
