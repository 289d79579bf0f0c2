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
            return plan.result
        }
    }

    package func ledgerEntry(_ id: InstanceID, object: String, recordID: String) async throws -> LedgerEntry? {
        guard let object = queue.state.objects[object.lowercased()] else { return nil }
        return try await read { db in
            try LedgerRow(instance: id, object: object, recordID: recordID, db)?.entry
        }
    }
}

/// What the rules of intake ask, of one batch's instance.
private struct BatchTables: IntakeTables {
    var transaction: WriteTransaction
    let batch: IntakeBatch

    mutating func objectNumber(_ name: String) throws -> Int64 { try transaction.objectID(name) }

    mutating func forgetMessages(before moment: Timestamp) throws {
        try transaction.run("DELETE FROM message WHERE received < ?", [moment.milliseconds])
    }

    mutating func remember(message: String) throws -> Bool {
        try transaction.run(
            "INSERT OR IGNORE INTO message (instance, id, received) VALUES (?, ?, ?)",
            [batch.instanceID, message, batch.receivedAt.milliseconds]
        )
        return transaction.db.changesCount > 0
    }

    func ledgerRow(object: Int64, recordID: String) throws -> LedgerRow? {
        try LedgerRow(instance: batch.instanceID, object: object, recordID: recordID, transaction.db)
    }

    func isLaneBusy(_ recordID: String) throws -> Bool { try transaction.laneHead(batch.instanceID, recordID) != nil }

    mutating func reserveSequences(_ count: Int) throws -> Int64 {
        defer { transaction.state.nextSequence += Int64(count) }
        return transaction.state.nextSequence
    }
}

extension LedgerRow {
    init?(instance: InstanceID, object: Int64, recordID: String, _ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                SELECT id, stamp, deleted, revision, fields FROM ledger
                WHERE instance = ? AND object = ? AND record_id = ?
                """
        )
        guard let row = try Row.fetchOne(statement, arguments: [instance, object, recordID]) else { return nil }
        let entry = LedgerEntry(
            stamp: Timestamp(milliseconds: row[1]),
            isDeleted: row[2],
            fields: try RecordFields(parsing: row[4] as String),
            revision: row[3]
        )
        self.init(number: row[0], entry: entry)
    }
}

extension WriteTransaction {
    fileprivate mutating func write(_ plan: IntakePlan, _ batch: IntakeBatch) throws {
        for write in plan.ledger { try self.write(write, of: batch.instanceID) }
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

    private func write(_ write: IntakePlan.LedgerWrite, of instance: InstanceID) throws {
        let entry = write.entry
        if let row = write.row {
            try run(
                "UPDATE ledger SET stamp = ?, deleted = ?, revision = ?, fields = ? WHERE id = ?",
                [entry.stamp.milliseconds, entry.isDeleted, entry.revision, write.fields, row]
            )
        } else {
            try run(
                """
                INSERT INTO ledger (instance, object, record_id, stamp, deleted, revision, fields)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    instance, write.object, write.recordID, entry.stamp.milliseconds, entry.isDeleted,
                    entry.revision, write.fields,
                ]
            )
        }
    }

    private func write(_ notification: IntakePlan.Notification, sender: Int64, _ batch: IntakeBatch) throws {
        try run(
            """
            INSERT INTO delivery (id, instance, sender, count, state, attempts, created) VALUES (?, ?, ?, ?, ?, 0, ?)
            """,
            [
                notification.id, batch.instanceID, sender, notification.events.count, notification.state.code,
                batch.receivedAt.milliseconds,
            ]
        )
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
            """,
            [
                event.sequence, event.eventID, notification.id, batch.instanceID, event.object, event.change.code,
                notification.state.code, event.isUndelete, batch.source.code, seen.stamp.milliseconds,
                batch.receivedAt.milliseconds, seen.recordID, event.name,
                event.isCompared ? ChangedFields.names(event.changes) : nil,
            ]
        )
        try run(
            """
            INSERT INTO payload (sequence, master_record, poll_date, record, envelope, previous, changes)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                event.sequence, seen.masterRecordID, batch.pollDate?.milliseconds, event.texts.record,
                batch.webhookEnvelope, event.texts.previous,
                event.isCompared ? ChangedFields.text(event.changes) : nil,
            ]
        )
    }
}
