package import Domain
package import Primitives

/// What a batch puts into the tables: judged against the ledger, grouped into notifications, numbered. A value: the store
/// writes it down as it stands.
package struct IntakePlan: Sendable, Hashable {
    /// What the ledger says of a record from now on.
    package struct LedgerWrite: Sendable, Hashable {
        /// The row that it takes the place of; nil: there is none yet.
        package let row: Int64?
        /// The stamp under which the record counted as a live one before.
        package let liveStamp: Timestamp?
        package let object: Int64
        package let recordID: String
        package var entry: LedgerEntry
        /// The entry's fields, spelled out.
        package var fields: String
        /// The row holds the same fields already.
        package var hasSameFields = false
        /// What keeps the same fields already: a store that reads them there need not keep them twice.
        package var keptBy: KeptFields?
    }

    /// An event that keeps a record as it stands in the ledger.
    package struct KeptFields: Sendable, Hashable {
        package let sequence: Int64
        /// What the event's record lacks of the fields (`FilteredFields`).
        package let filtered: String
    }

    /// A delivery with its events.
    package struct Notification: Sendable, Hashable {
        /// The sequence of its first event.
        package let id: Int64
        package let state: DeliveryState
        package let events: [Event]
        /// The lanes that it enters: none unless it is open.
        package let lanes: [String]
    }

    package struct Event: Sendable, Hashable {
        package let sequence: Int64
        package let eventID: String
        package let object: Int64
        package let observation: Observation
        package let texts: PreparedBatch.Texts
        package let change: Change
        package let isUndelete: Bool
        package let changes: [FieldChange]
        package let isCompared: Bool
        /// The record's name, as it is seen or was known.
        package let name: String?
    }

    package private(set) var ledger: [LedgerWrite] = []
    /// By how many the live records of an object with a stamp become more or fewer.
    package private(set) var stamps: [ObjectStamp: Int] = [:]
    package private(set) var notifications: [Notification] = []
    package private(set) var counters = FacetChanges()
    package private(set) var times = TimeBlocks()
    package private(set) var result = IntakeResult()

    /// Senders of webhooks give up within hours; a message that comes again after this is a new one.
    package static let rememberedMilliseconds: Int64 = 3 * 86_400_000

    package init(_ prepared: PreparedBatch, _ tables: inout some IntakeTables) throws {
        let batch = prepared.batch
        if batch.messageID != nil || !batch.notificationIDs.isEmpty {
            try tables.forgetMessages(before: batch.receivedAt.advanced(byMilliseconds: -Self.rememberedMilliseconds))
        }
        if let message = batch.messageID, try !tables.remember(message: message) {
            result.repeats = batch.observations.count
            return
        }
        var judge = LedgerJudge(prepared)
        for index in batch.observations.indices {
            if batch.notificationIDs.indices.contains(index),
                try !tables.remember(message: batch.notificationIDs[index])
            {
                result.repeats += 1
            } else {
                try judge.observe(index, &tables)
            }
        }
        if judge.isUnwitnessed, let saying = prepared.saying {
            try tables.forgetMessages(before: batch.receivedAt.advanced(byMilliseconds: -Self.rememberedMilliseconds))
            _ = try tables.remember(message: saying)
        }
        ledger = judge.writes
        for write in ledger { count(write, batch) }
        result.heldBack = judge.heldBack
        // A row that is read again later is no repeat; the same row twice in a batch is.
        result.repeats += judge.silent - judge.heldBack.values.reduce(0) { $0 + $1.count }
        if !judge.found.isEmpty { try number(judge.found, batch, &tables) }
    }

    package struct ObjectStamp: Sendable, Hashable {
        package let object: Int64
        package let stamp: Timestamp
    }

    /// Stamps that are older are no part of an overlap.
    package static let countedMilliseconds: Int64 = 86_400_000

    /// Webhooks may bring stamps of their sender's making, which the org can't be asked for: they only take away.
    private mutating func count(_ write: LedgerWrite, _ batch: IntakeBatch) {
        let stamp = write.entry.liveStamp
        guard stamp != write.liveStamp else { return }
        let oldest = batch.receivedAt.advanced(byMilliseconds: -Self.countedMilliseconds)
        if let former = write.liveStamp, former >= oldest {
            stamps[ObjectStamp(object: write.object, stamp: former), default: 0] -= 1
        }
        let isPolled = batch.source == .polling || batch.source == .reconciliation
        if let stamp, isPolled, stamp >= oldest {
            stamps[ObjectStamp(object: write.object, stamp: stamp), default: 0] += 1
        }
    }

    private mutating func number(
        _ found: [LedgerJudge.Found],
        _ batch: IntakeBatch,
        _ tables: inout some IntakeTables
    ) throws {
        var sequence = try tables.reserveSequences(found.count)
        result.lastSequence = sequence + Int64(found.count) - 1
        // Lanes that an earlier notification of this batch has entered.
        var entered: Set<String> = []
        for group in Self.grouped(found, size: batch.batchSize) {
            let first = sequence
            var lanes: [String] = []
            for event in group where !lanes.contains(event.observation.recordID) {
                lanes.append(event.observation.recordID)
            }
            let state = try Lanes.beginning(
                hasCallback: batch.hasCallback,
                isBusy: try lanes.contains { try entered.contains($0) || tables.isLaneBusy($0) }
            )
            if state.isOpen { entered.formUnion(lanes) }
            var events: [Event] = []
            for event in group {
                events.append(event.numbered(sequence, of: batch.instanceID))
                if let write = event.write, let filtered = event.texts.filtered {
                    ledger[write].keptBy = KeptFields(sequence: sequence, filtered: filtered)
                }
                times.add(batch.receivedAt, sequence: sequence)
                let (object, change) = (event.object, event.change)
                counters.add(1, to: Facet(instance: batch.instanceID, object: object, change: change, state: state))
                sequence += 1
                switch change {
                case .created: result.created += 1
                case .updated: result.updated += 1
                case .deleted: result.deleted += 1
                }
            }
            if state == .queued { result.ready.append(first) }
            notifications.append(
                Notification(id: first, state: state, events: events, lanes: state.isOpen ? lanes : [])
            )
        }
    }

    /// Events of one object share a notification, up to the batch size; a record's events keep their order.
    package static func grouped(_ found: [LedgerJudge.Found], size: Int) -> [[LedgerJudge.Found]] {
        guard size > 1 else { return found.map { [$0] } }
        var groups: [[LedgerJudge.Found]] = []
        var open: [Int64: Int] = [:]
        for event in found {
            if let index = open[event.object], groups[index].count < size {
                groups[index].append(event)
            } else {
                open[event.object] = groups.count
                groups.append([event])
            }
        }
        return groups
    }
}

extension IntakePlan.Event {
    /// Whether it is the event that this would become: of the same stamp, a deletion or none, the record and what was before
    /// it the same byte by byte. That the bodies around them are the same, and their ids, is for the store to see.
    package func matches(_ seen: Observation, object: Int64, _ texts: PreparedBatch.Texts) -> Bool {
        self.object == object && observation.recordID == seen.recordID && observation.stamp == seen.stamp
            && (change == .deleted) == seen.isDeleted && (isUndelete || !seen.kind.claimsUndelete)
            && self.texts.record.hasSameBytes(as: texts.record)
            && (self.texts.storedPrevious ?? "").hasSameBytes(as: texts.storedPrevious ?? "")
    }
}

extension LedgerJudge.Found {
    fileprivate func numbered(_ sequence: Int64, of instance: InstanceID) -> IntakePlan.Event {
        IntakePlan.Event(
            sequence: sequence,
            eventID: EventID.make(
                instanceID: instance,
                object: observation.object,
                recordID: observation.recordID,
                stamp: observation.stamp,
                change: change,
                revision: revision
            ),
            object: object,
            observation: observation,
            texts: texts,
            change: change,
            isUndelete: isUndelete,
            changes: changes,
            isCompared: isCompared,
            name: name
        )
    }
}
