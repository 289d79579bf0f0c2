#if PostgreSQL
package import Domain
import Primitives
import Store

extension PostgresStore {
    package func append(_ batch: IntakeBatch) async throws -> IntakeResult {
        // Beside the other callers, and not by the one writer.
        let prepared = PreparedBatch(batch)
        // The same again is found to be known, and what of it may go then is news. Where there are none, its answer tells it.
        let inDoubt: WriteJob.Patience = watch == nil ? .aWhile : .never
        return try await queue.perform(intake: prepared, inDoubt: inDoubt) { transaction, rows in
            try transaction.state.instances.require(batch.instanceID)
            // What orgs post any node takes; what was asked for is the holder's.
            if batch.pollDate != nil || !batch.pollerRecords.isEmpty { try transaction.requireHeld(batch.instanceID) }
            var tables = BatchTables(transaction: transaction, rows: rows, batch: batch)
            let plan = try IntakePlan(prepared, &tables)
            transaction = tables.transaction
            var sender: Int64?
            if !plan.notifications.isEmpty {
                sender = try transaction.senderID(
                    .init(
                        instance: batch.instanceID,
                        name: batch.instanceName,
                        tags: StringList.text(batch.instanceTags)
                    )
                )
            }
            // Nothing of a batch that failed is among the rows.
            rows.add(plan, batch, newMessages: tables.newMessages, sender: sender)
            transaction.state.counters.merge(plan.counters)
            transaction.state.times.merge(plan.times)
            return (plan.result, plan.outgoing(batch, names: transaction.state.objectNames))
        } committed: { [self] _, outgoing in
            if !outgoing.isEmpty, isHeld(batch.instanceID) { fresh.withLock { $0.add(outgoing) } }
        }.0
    }

    package func probeWrite() async throws {
        try await queue.perform(inDoubt: .never) { transaction in
            _ = try transaction.run(
                """
                INSERT INTO meta (name, value) VALUES ('write probe', 1)
                ON CONFLICT (name) DO UPDATE SET value = excluded.value
                """
            )
        }
    }

    package func ledgerEntry(_ id: InstanceID, object: String, recordID: String) async throws -> LedgerEntry? {
        guard let object = queue.state.objects[object.lowercased()] else { return nil }
        return try await read { connection in
            try connection.run(
                """
                SELECT stamp, deleted, fields, revision, guess FROM ledger
                WHERE instance = $1 AND object = $2 AND record_id = $3
                """,
                [id, object, recordID]
            ).first.map { row in
                LedgerEntry(
                    stamp: Timestamp(milliseconds: row[0]),
                    isDeleted: row[1],
                    fields: try RecordFields(parsing: row[2]),
                    revision: row[3],
                    guess: (row[4] as Int64?).map { Timestamp(milliseconds: $0) }
                )
            }
        }
    }
}

/// What the rules of intake ask, of one batch's instance; answered from rows that were read before.
private struct BatchTables: IntakeTables {
    var transaction: WriteTransaction
    let rows: IntakeRows
    let batch: IntakeBatch
    private(set) var newMessages: [String] = []

    init(transaction: WriteTransaction, rows: IntakeRows, batch: IntakeBatch) {
        self.transaction = transaction
        self.rows = rows
        self.batch = batch
    }

    mutating func objectNumber(_ name: String) throws -> Int64 { try transaction.objectID(name) }

    mutating func forgetMessages(before moment: Timestamp) throws { rows.forgetMessages(before: moment.milliseconds) }

    mutating func remember(message: String) throws -> Bool {
        if rows.messages.contains(.init(instance: batch.instanceID, id: message)) { return false }
        if newMessages.contains(message) { return false }
        newMessages.append(message)
        return true
    }

    func isRemembered(message: String) throws -> Bool {
        if rows.messages.contains(.init(instance: batch.instanceID, id: message)) { return true }
        let found = try transaction.run(
            "SELECT 1 FROM message WHERE instance = $1 AND id = $2",
            [batch.instanceID, message]
        )
        return !found.isEmpty
    }

    func ledgerRow(object: Int64, recordID: String) throws -> LedgerRow? {
        try rows.entry(.init(instance: batch.instanceID, object: object, id: recordID))
    }

    func isTold(_ seen: Observation, object: Int64, _ texts: PreparedBatch.Texts) throws -> Bool {
        if rows.isPending(seen, object: object, texts, of: batch) { return true }
        let found = try transaction.run(
            """
            SELECT 1 FROM event e JOIN payload p ON p.sequence = e.sequence
            WHERE e.record_id = $1 AND e.instance = $2 AND e.object = $3 AND e.date = $4
                AND (e.change = $5) = $6 AND (e.undelete OR NOT $7) AND p.record = $8
                AND p.previous IS NOT DISTINCT FROM $9 AND p.envelope IS NOT DISTINCT FROM $10
                AND coalesce(p.message = $11, true)
            LIMIT 1
            """,
            [
                seen.recordID, batch.instanceID, object, seen.stamp.milliseconds, Change.deleted.code, seen.isDeleted,
                seen.kind.claimsUndelete, texts.record, texts.storedPrevious, batch.webhookEnvelope,
                batch.webhookMark,
            ]
        )
        return !found.isEmpty
    }

    func lastReceived(recordID: String, object: Int64) throws -> Timestamp? {
        if let moment = rows.lastPending(recordID, object: object, of: batch.instanceID) { return moment }
        let found = try transaction.run(
            """
            SELECT received FROM event WHERE record_id = $1 AND instance = $2 AND object = $3
            ORDER BY sequence DESC LIMIT 1
            """,
            [recordID, batch.instanceID, object]
        )
        return found.first.map { Timestamp(milliseconds: $0[0]) }
    }

    func isLaneBusy(_ recordID: String) throws -> Bool {
        rows.busy.contains(.init(instance: batch.instanceID, record: recordID))
    }

    mutating func reserveSequences(_ count: Int) throws -> Int64 {
        defer { transaction.state.nextSequence += Int64(count) }
        return transaction.state.nextSequence
    }
}
#endif
