package import Domain
import GRDB
import Primitives

extension SQLiteStore {
    package func append(_ batch: IntakeBatch) async throws -> IntakeResult {
        // Beside the other callers, and not by the one writer.
        let prepared = PreparedBatch(batch)
        return try await queue.perform { transaction in
            try transaction.state.instances.require(batch.instanceID)
            var tables = BatchTables(transaction: transaction, batch: batch)
            let plan = try IntakePlan(prepared, &tables)
            transaction = tables.transaction
            try transaction.write(plan, batch)
            return (plan.result, plan.outgoing(batch, names: transaction.state.objectNames))
        } committed: { [self] _, outgoing in
            if !outgoing.isEmpty { fresh.withLock { $0.add(outgoing) } }
        }.0
    }

    package func probeWrite() async throws {
        try await queue.perform { transaction in
            try transaction.run("INSERT OR REPLACE INTO meta (name, value) VALUES ('write probe', 1)", [])
        }
    }

    package func ledgerEntry(_ id: InstanceID, object: String, recordID: String) async throws -> LedgerEntry? {
        guard let object = queue.state.objects[object.lowercased()] else { return nil }
        return try await read { db in
            try LedgerRow(instance: id, object: object, recordID: recordID, PreparedStatements(), db)?.entry
        }
    }
}

/// What the rules of intake ask, of one batch's instance.
private struct BatchTables: IntakeTables {
    var transaction: WriteTransaction
    let batch: IntakeBatch

    mutating func objectNumber(_ name: String) throws -> Int64 { try transaction.objectID(name) }

    mutating func forgetMessages(before moment: Timestamp) throws {
        try transaction.run("DELETE FROM message WHERE received < ?") { $0.add(moment.milliseconds) }
    }

    mutating func remember(message: String) throws -> Bool {
        try transaction.run("INSERT OR IGNORE INTO message (instance, id, received) VALUES (?, ?, ?)") {
            $0.add(batch.instanceID)
            $0.add(message)
            $0.add(batch.receivedAt.milliseconds)
        }
        return transaction.db.changesCount > 0
    }

    func isRemembered(message: String) throws -> Bool {
        let found = try transaction.first("SELECT 1 FROM message WHERE instance = ? AND id = ?") {
            $0.add(batch.instanceID)
            $0.add(message)
        } _: { _ in
            true
        }
        return found ?? false
    }

    func ledgerRow(object: Int64, recordID: String) throws -> LedgerRow? {
        try LedgerRow(
            instance: batch.instanceID,
            object: object,
            recordID: recordID,
            transaction.prepared,
            transaction.db
        )
    }

    func isTold(_ seen: Observation, object: Int64, _ texts: PreparedBatch.Texts) throws -> Bool {
        let found = try transaction.first(
            """
            SELECT 1 FROM event e INDEXED BY event_record JOIN payload p ON p.sequence = e.sequence
            WHERE e.record_id = ? AND e.instance = ? AND e.object = ? AND e.date = ?
                AND (e.change = ?) = ? AND (e.undelete OR NOT ?) AND p.record = ? AND p.previous IS ?
                AND p.envelope IS ? AND ifnull(p.message = ?, 1)
            LIMIT 1
            """
        ) {
            $0.add(seen.recordID)
            $0.add(batch.instanceID)
            $0.add(object)
            $0.add(seen.stamp.milliseconds)
            $0.add(Change.deleted.code)
            $0.add(seen.isDeleted)
            $0.add(seen.kind.claimsUndelete)
            $0.add(texts.record)
            $0.add(texts.storedPrevious)
            $0.add(batch.webhookEnvelope)
            $0.add(batch.webhookMark)
        } _: { _ in
            true
        }
        return found ?? false
    }

    func lastReceived(recordID: String, object: Int64) throws -> Timestamp? {
        try transaction.first(
            """
            SELECT received FROM event INDEXED BY event_record WHERE record_id = ? AND instance = ? AND object = ?
            ORDER BY sequence DESC LIMIT 1
            """
        ) {
            $0.add(recordID)
            $0.add(batch.instanceID)
            $0.add(object)
        } _: { row in
            Timestamp(milliseconds: row.integer(0))
        }
    }

    func isLaneBusy(_ recordID: String) throws -> Bool { try transaction.laneHead(batch.instanceID, recordID) != nil }

    mutating func reserveSequences(_ count: Int) throws -> Int64 {
        defer { transaction.state.nextSequence += Int64(count) }
        return transaction.state.nextSequence
    }
}

extension LedgerRow {
    init?(
        instance: InstanceID,
        object: Int64,
        recordID: String,
        _ prepared: PreparedStatements,
        _ db: Database
    ) throws {
        var values = Bindings(
            try prepared.statement(
                """
                SELECT l.id, l.stamp, l.deleted, l.revision, l.fields, p.record, CASE WHEN l.deleted THEN
                    (SELECT CASE e.change WHEN ? THEN e.received END FROM event e
                    WHERE e.record_id = l.record_id AND e.instance = l.instance ORDER BY e.sequence DESC LIMIT 1) END, l.guess
                FROM ledger l LEFT JOIN payload p ON p.sequence = l.event
                WHERE l.instance = ? AND l.object = ? AND l.record_id = ?
                """,
                db
            )
        )
        values.add(Change.deleted.code)
        values.add(instance)
        values.add(object)
        values.add(recordID)
        let found = try values.run(in: db) { row in
            LedgerRow(
                number: row.integer(0),
                entry: LedgerEntry(
                    stamp: Timestamp(milliseconds: row.integer(1)),
                    isDeleted: row.flag(2),
                    fields: try LedgerFields.read(row.text(4), of: row.textIfAny(5)),
                    revision: row.integer(3),
                    guess: row.integerIfAny(7).map { Timestamp(milliseconds: $0) }
                ),
                deletedAt: row.integerIfAny(6).map { Timestamp(milliseconds: $0) }
            )
        }
        guard let found else { return nil }
        self = found
    }
}

extension WriteTransaction {
    fileprivate mutating func write(_ plan: IntakePlan, _ batch: IntakeBatch) throws {
        for write in plan.ledger { try self.write(write, of: batch.instanceID) }
        for (place, difference) in plan.stamps { try count(difference, at: place, of: batch.instanceID) }
        if !plan.notifications.isEmpty {
            let sender = try senderID(
                .init(
                    instance: batch.instanceID,
                    name: batch.instanceName,
                    tags: StringList.text(batch.instanceTags)
                )
            )
            for notification in plan.notifications { try write(notification, sender: sender, batch) }
        }
        try save(batch.pollerRecords)
        state.counters.merge(plan.counters)
        state.times.merge(plan.times)
    }

    private func count(_ difference: Int, at place: IntakePlan.ObjectStamp, of instance: InstanceID) throws {
        guard difference != 0 else { return }
        let sql: StaticString =
            if difference > 0 {
                """
                INSERT INTO ledger_stamp (records, instance, object, stamp) VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET records = records + excluded.records
                """
            } else {
                // Of what was never counted there is nothing to take away.
                """
                UPDATE ledger_stamp SET records = max(records + ?, 0) WHERE instance = ? AND object = ? AND stamp = ?
                """
            }
        try run(sql) {
            $0.add(difference)
            $0.add(instance)
            $0.add(place.object)
            $0.add(place.stamp.milliseconds)
        }
    }

    private func write(_ write: IntakePlan.LedgerWrite, of instance: InstanceID) throws {
        let entry = write.entry
        if let row = write.row, write.hasSameFields, write.keptBy == nil {
            try run("UPDATE ledger SET stamp = ?, guess = ?, deleted = ?, revision = ? WHERE id = ?") {
                $0.add(entry.stamp.milliseconds)
                $0.add(entry.guess?.milliseconds)
                $0.add(entry.isDeleted)
                $0.add(entry.revision)
                $0.add(row)
            }
        } else if let row = write.row {
            try run(
                """
                UPDATE ledger SET stamp = ?, guess = ?, deleted = ?, revision = ?, fields = ?, event = ? WHERE id = ?
                """
            ) {
                $0.add(entry.stamp.milliseconds)
                $0.add(entry.guess?.milliseconds)
                $0.add(entry.isDeleted)
                $0.add(entry.revision)
                $0.add(write.keptBy?.filtered ?? write.fields)
                $0.add(write.keptBy?.sequence)
                $0.add(row)
            }
        } else {
            try run(
                """
                INSERT INTO ledger (instance, object, record_id, stamp, guess, deleted, revision, fields, event)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
            ) {
                $0.add(instance)
                $0.add(write.object)
                $0.add(write.recordID)
                $0.add(entry.stamp.milliseconds)
                $0.add(entry.guess?.milliseconds)
                $0.add(entry.isDeleted)
                $0.add(entry.revision)
                $0.add(write.keptBy?.filtered ?? write.fields)
                $0.add(write.keptBy?.sequence)
            }
        }
    }

    private func write(_ notification: IntakePlan.Notification, sender: Int64, _ batch: IntakeBatch) throws {
        try run(
            """
            INSERT INTO delivery (id, instance, sender, count, state, attempts, created) VALUES (?, ?, ?, ?, ?, 0, ?)
            """
        ) {
            $0.add(notification.id)
            $0.add(batch.instanceID)
            $0.add(sender)
            $0.add(notification.events.count)
            $0.add(notification.state.code)
            $0.add(batch.receivedAt.milliseconds)
        }
        try enterLanes(
            batch.instanceID,
            notification.lanes,
            notification.id,
            waiting: notification.state == .waiting
        )
        for event in notification.events { try write(event, of: notification, batch) }
    }

    private func write(_ event: IntakePlan.Event, of notification: IntakePlan.Notification, _ batch: IntakeBatch) throws
    {
        let seen = event.observation
        try run(
            """
            INSERT INTO event (sequence, event_id, notification, instance, object, change, state, undelete, source,
                date, received, record_id, record_name, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ) {
            $0.add(event.sequence)
            $0.add(event.eventID)
            $0.add(notification.id)
            $0.add(batch.instanceID)
            $0.add(event.object)
            $0.add(event.change.code)
            $0.add(notification.state.code)
            $0.add(event.isUndelete)
            $0.add(batch.source.code)
            $0.add(seen.stamp.milliseconds)
            $0.add(batch.receivedAt.milliseconds)
            $0.add(seen.recordID)
            $0.add(event.name)
            $0.add(event.isCompared ? ChangedFields.names(event.changes) : nil)
        }
        try run(
            """
            INSERT INTO payload (sequence, master_record, poll_date, record, envelope, previous, changes, message)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """
        ) {
            $0.add(event.sequence)
            $0.add(seen.masterRecordID)
            $0.add(batch.pollDate?.milliseconds)
            $0.add(event.texts.record)
            $0.add(batch.webhookEnvelope)
            $0.add(event.texts.storedPrevious)
            $0.add(event.isCompared ? ChangedFields.text(event.changes, beside: event.texts.recordFields) : nil)
            $0.add(batch.webhookMark)
        }
    }
}
