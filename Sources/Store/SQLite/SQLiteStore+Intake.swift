package import Domain
import GRDB
import Primitives

extension SQLiteStore {
    package func append(_ batch: IntakeBatch) async throws -> IntakeResult {
        // Whatever needs no ledger is done here, beside the other callers, and not by the one writer.
        let texts = batch.observations.map { ObservationTexts($0, filterNulls: batch.filterNulls) }
        return try await queue.perform { transaction in
            var intake = Intake(batch, texts)
            return try intake.run(&transaction)
        }
    }
}

/// What is stored of an observation, spelled out.
private struct ObservationTexts: Sendable {
    /// All fields, for the ledger.
    let fields: String
    /// What the event keeps.
    let record: String
    let previous: String?
    let name: String?

    init(_ seen: Observation, filterNulls: Bool) {
        func spelled(_ fields: RecordFields, _ text: String) -> String {
            guard filterNulls, fields.mayHoldNulls else { return text }
            return fields.droppingNulls().json
        }
        fields = seen.fields.json
        if seen.kind == .deleteLog, seen.fields.fields.isEmpty {
            // The delete log names nothing but the id; what the org never said isn't made up.
            record = #"{"Id":\#(JSON.string(seen.recordID).text),"IsDeleted":true}"#
        } else {
            record = spelled(seen.fields, fields)
        }
        previous = seen.previous.map { spelled($0, $0.json) }
        name = seen.fields.displayName
    }
}

extension WriteTransaction {
    /// Senders of webhooks give up within hours; a message that comes again after this is a new one.
    private static let rememberedMilliseconds: Int64 = 3 * 86_400_000

    fileprivate func forgetMessages(at moment: Timestamp) throws {
        try run(
            "DELETE FROM message WHERE received < ?",
            [moment.advanced(byMilliseconds: -Self.rememberedMilliseconds).milliseconds]
        )
    }

    /// Whether the message was not seen before; it is from now on.
    fileprivate func isFirst(message: String, of id: InstanceID, at moment: Timestamp) throws -> Bool {
        try run(
            "INSERT OR IGNORE INTO message (instance, id, received) VALUES (?, ?, ?)",
            [id, message, moment.milliseconds]
        )
        return db.changesCount > 0
    }
}

/// One batch on its way into the tables: judged against the ledger, grouped into notifications, written.
private struct Intake {
    /// A change that is an event, before it has its number.
    struct Found {
        let seen: Observation
        let texts: ObservationTexts
        let object: Int64
        let change: Change
        let isUndelete: Bool
        let changes: [FieldChange]
        let revision: Int64
        let name: String?
    }

    let batch: IntakeBatch
    let texts: [ObservationTexts]
    var result = IntakeResult()

    init(_ batch: IntakeBatch, _ texts: [ObservationTexts]) {
        self.batch = batch
        self.texts = texts
    }

    mutating func run(_ transaction: inout WriteTransaction) throws -> IntakeResult {
        try transaction.requireInstance(batch.instanceID)
        if batch.messageID != nil || !batch.notificationIDs.isEmpty {
            try transaction.forgetMessages(at: batch.receivedAt)
        }
        if let message = batch.messageID,
            try !transaction.isFirst(message: message, of: batch.instanceID, at: batch.receivedAt)
        {
            result.repeats = batch.observations.count
            return result
        }
        var found: [Found] = []
        for (index, (seen, texts)) in zip(batch.observations, texts).enumerated() {
            if batch.notificationIDs.indices.contains(index),
                try !transaction.isFirst(
                    message: batch.notificationIDs[index],
                    of: batch.instanceID,
                    at: batch.receivedAt
                )
            {
                result.repeats += 1
                continue
            }
            if let event = try judge(seen, texts, &transaction) { found.append(event) } else { result.repeats += 1 }
        }
        result.repeats -= result.heldBack.values.reduce(0) { $0 + $1.count }
        if !found.isEmpty {
            let sender = try transaction.senderID(
                .init(
                    instance: batch.instanceID,
                    name: batch.instanceName,
                    tags: StringList.text(batch.instanceTags)
                )
            )
            for group in grouped(found) { try store(group, sender: sender, &transaction) }
        }
        try transaction.save(batch.pollerRecords)
        return result
    }

    /// Asks the ledger, moves it on, and says what event came of it.
    private mutating func judge(
        _ seen: Observation,
        _ texts: ObservationTexts,
        _ transaction: inout WriteTransaction
    ) throws -> Found? {
        let object = try transaction.objectID(seen.object)
        let known = try WriteTransaction.ledgerEntry(
            transaction.db,
            instance: batch.instanceID,
            object: object,
            recordID: seen.recordID
        )
        let policy = batch.policies[seen.object] ?? ChangeDecision.Policy(baseline: nil)
        let decision = ChangeDecision.make(seen, known: known?.entry, policy: policy)
        if let entry = decision.entry {
            let fields = entry.fields == seen.fields ? texts.fields : entry.fields.json
            if let known {
                try transaction.run(
                    "UPDATE ledger SET stamp = ?, deleted = ?, revision = ?, fields = ? WHERE id = ?",
                    [entry.stamp.milliseconds, entry.isDeleted, entry.revision, fields, known.id]
                )
            } else {
                try transaction.run(
                    """
                    INSERT INTO ledger (instance, object, record_id, stamp, deleted, revision, fields)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                    [
                        batch.instanceID, object, seen.recordID, entry.stamp.milliseconds, entry.isDeleted,
                        entry.revision, fields,
                    ]
                )
            }
        }
        if decision.isHeldBack { result.heldBack[seen.object, default: []].insert(seen.recordID) }
        guard case .event(let change, let isUndelete) = decision.verdict else { return nil }
        return Found(
            seen: seen,
            texts: texts,
            object: object,
            change: change,
            isUndelete: isUndelete,
            changes: decision.changedFields,
            revision: decision.entry?.revision ?? known?.entry.revision ?? 0,
            name: texts.name ?? known?.entry.fields.displayName
        )
    }

    /// Events of one object share a notification, up to the batch size; a record's events keep their order.
    private func grouped(_ found: [Found]) -> [[Found]] {
        guard batch.batchSize > 1 else { return found.map { [$0] } }
        var groups: [[Found]] = []
        var open: [Int64: Int] = [:]
        for event in found {
            if let index = open[event.object], groups[index].count < batch.batchSize {
                groups[index].append(event)
            } else {
                open[event.object] = groups.count
                groups.append([event])
            }
        }
        return groups
    }

    private mutating func store(_ group: [Found], sender: Int64, _ transaction: inout WriteTransaction) throws {
        let first = transaction.state.nextSequence
        let instance = batch.instanceID
        var lanes: [String] = []
        for event in group where !lanes.contains(event.seen.recordID) { lanes.append(event.seen.recordID) }
        let state: DeliveryState =
            !batch.hasCallback ? .none : try transaction.isAnyLaneBusy(instance, lanes) ? .waiting : .queued
        let received = batch.receivedAt.milliseconds
        try transaction.run(
            """
            INSERT INTO delivery (id, instance, sender, count, state, attempts, created) VALUES (?, ?, ?, ?, ?, 0, ?)
            """,
            [first, instance, sender, group.count, state.code, received]
        )
        if state.isOpen { try transaction.enterLanes(instance, lanes, first, waiting: state == .waiting) }
        for event in group { try store(event, notification: first, state: state, &transaction) }
        result.lastSequence = transaction.state.nextSequence - 1
        if state == .queued { result.ready.append(first) }
    }

    private mutating func store(
        _ event: Found,
        notification: Int64,
        state: DeliveryState,
        _ transaction: inout WriteTransaction
    ) throws {
        let seen = event.seen
        let sequence = transaction.state.nextSequence
        transaction.state.nextSequence += 1
        let received = batch.receivedAt.milliseconds
        let id = EventID.make(
            instanceID: batch.instanceID,
            object: seen.object,
            recordID: seen.recordID,
            stamp: seen.stamp,
            change: event.change,
            revision: event.revision
        )
        try transaction.run(
            """
            INSERT INTO event (sequence, event_id, notification, instance, object, change, state, undelete, source,
                date, received, record_id, record_name, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                sequence, id, notification, batch.instanceID, event.object, event.change.code, state.code,
                event.isUndelete, batch.source.code, seen.stamp.milliseconds, received, seen.recordID, event.name,
                event.changes.isEmpty ? nil : ChangedFields.names(event.changes),
            ]
        )
        try transaction.run(
            """
            INSERT INTO payload (sequence, master_record, poll_date, record, envelope, previous, changes)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                sequence, seen.masterRecordID, batch.pollDate?.milliseconds, event.texts.record, batch.webhookEnvelope,
                event.texts.previous, event.changes.isEmpty ? nil : ChangedFields.text(event.changes),
            ]
        )
        transaction.noteTime(received, sequence: sequence)
        transaction.count(
            Facet(instance: batch.instanceID, object: event.object, change: event.change.code, state: state.code),
            1
        )
        switch event.change {
        case .created: result.created += 1
        case .updated: result.updated += 1
        case .deleted: result.deleted += 1
        }
    }
}
