import Domain
import Primitives
import Store

/// The rows of a `MemoryStore`.
struct MemoryTables: Sendable {
    struct LedgerKey: Sendable, Hashable {
        let instance: InstanceID
        let object: Int64
        let recordID: String
    }

    struct PollerKey: Sendable, Hashable {
        let instance: InstanceID
        let object: String
    }

    struct MessageKey: Sendable, Hashable {
        let instance: InstanceID
        let id: String
    }

    struct LaneKey: Sendable, Hashable {
        let instance: InstanceID
        let recordID: String
    }

    struct EventRow: Sendable {
        let event: ChangeEvent
        let object: Int64
        /// Of the webhook that brought it.
        var mark: Int64?
    }

    struct DeliveryRow: Sendable {
        var delivery: Delivery
        let count: Int64
        /// Attempts that take no rung of the ladder.
        var others = 0
        /// How long a retry was told to wait, in milliseconds.
        var wait: Int64?
        let instanceName: String
        let instanceTags: [String]
        var attempts: [Attempt] = []
    }

    var nextInstance: InstanceID
    var nextSequence: Int64 = 1
    var nextAttempt: Int64 = 1
    var audit: [AuditEntry] = []
    /// By lower-case name, and back.
    var objects: [String: Int64] = [:]
    var objectNames: [Int64: String] = [:]
    var instances = InstanceTable()
    var ledger: [LedgerKey: LedgerRow] = [:]
    var messages: [MessageKey: Timestamp] = [:]
    var pollers: [PollerKey: PollerRecord] = [:]
    var events: [Int64: EventRow] = [:]
    /// The sequences of `events`, in order.
    var sequences: [Int64] = []
    /// The same by facet; those that were replayed stand under their verdict, too.
    var sequencesByFacet: [Facet: [Int64]] = [:]
    var deliveries: [Int64: DeliveryRow] = [:]
    /// By the delivery's number, whether it waits.
    var lanes: [LaneKey: [Int64: Bool]] = [:]
    var counters: [Facet: Int64] = [:]
    var times = TimeBlocks()
    var holds: [InstanceID: CallbackHold] = [:]
    var jobs: [Int64: ReplayJob] = [:]
    var clockStep: Int64 = 0

    init(nextInstance: InstanceID) { self.nextInstance = nextInstance }

    mutating func object(_ name: String) -> Int64 {
        if let number = objects[name.lowercased()] { return number }
        let number = Int64(objects.count) + 1
        objects[name.lowercased()] = number
        objectNames[number] = name
        return number
    }

    mutating func count(_ changes: FacetChanges) { counters.merge(changes.events, uniquingKeysWith: +) }

    mutating func put(_ records: [PollerRecord]) {
        for record in records {
            pollers[PollerKey(instance: record.instanceID, object: record.object.lowercased())] = record
        }
    }

    mutating func forgetOrganization(of id: InstanceID) {
        ledger = ledger.filter { $0.key.instance != id }
        messages = messages.filter { $0.key.instance != id }
        pollers = pollers.filter { $0.key.instance != id }
    }

    // MARK: Events

    mutating func put(_ plan: IntakePlan, _ batch: IntakeBatch) {
        for write in plan.ledger {
            let key = LedgerKey(instance: batch.instanceID, object: write.object, recordID: write.recordID)
            ledger[key] = LedgerRow(number: write.row ?? Int64(ledger.count) + 1, entry: write.entry)
        }
        for notification in plan.notifications {
            deliveries[notification.id] = DeliveryRow(
                delivery: Delivery(
                    notificationID: notification.id,
                    instanceID: batch.instanceID,
                    state: notification.state,
                    attempts: 0,
                    nextAttempt: nil,
                    createdAt: batch.receivedAt
                ),
                count: Int64(notification.events.count),
                instanceName: batch.instanceName,
                instanceTags: batch.instanceTags
            )
            enter(notification.id, batch.instanceID, notification.lanes, waiting: notification.state == .waiting)
            for event in notification.events { put(event, of: notification, batch) }
            if let delivery = stored(notification.id) { file(delivery) }
        }
        put(batch.pollerRecords)
        count(plan.counters)
        times.merge(plan.times)
    }

    private mutating func put(_ event: IntakePlan.Event, of notification: IntakePlan.Notification, _ batch: IntakeBatch)
    {
        let seen = event.observation
        sequences.append(event.sequence)
        events[event.sequence] = EventRow(
            event: ChangeEvent(
                sequence: event.sequence,
                eventID: event.eventID,
                instanceID: batch.instanceID,
                object: objectNames[event.object] ?? seen.object,
                recordID: seen.recordID,
                change: event.change,
                isUndelete: event.isUndelete,
                masterRecordID: seen.masterRecordID,
                source: batch.source,
                date: seen.stamp,
                pollDate: batch.pollDate,
                receivedAt: batch.receivedAt,
                record: event.texts.record,
                webhookEnvelope: batch.webhookEnvelope,
                previousRecord: event.texts.previous,
                changedFields: event.changes,
                isCompared: event.isCompared,
                recordName: event.name,
                notificationID: notification.id
            ),
            object: event.object,
            mark: batch.webhookMark
        )
    }

    /// An event as it is, with its delivery; it enters no lane.
    mutating func put(_ detail: EventDetail) {
        let event = detail.event
        let number = object(event.object)
        events[event.sequence] = EventRow(event: event, object: number)
        sequences.insert(event.sequence, at: sequences.place(of: event.sequence))
        nextSequence = max(nextSequence, event.sequence + 1)
        times.add(event.receivedAt, sequence: event.sequence)
        let state = detail.delivery?.state ?? .none
        var facet = Facet(instance: event.instanceID, object: number, change: event.change, state: state)
        counters[facet, default: 0] += 1
        if let replay = detail.delivery?.lastReplay?.verdict {
            facet.replay = replay
            counters[facet, default: 0] += 1
        }
        guard let delivery = detail.delivery else { return }
        deliveries[delivery.notificationID] = DeliveryRow(
            delivery: delivery,
            count: 1,
            instanceName: instances[event.instanceID]?.name ?? "",
            instanceTags: instances[event.instanceID]?.tags ?? [],
            attempts: detail.attempts
        )
        if let delivery = stored(delivery.notificationID) { file(delivery) }
    }

    func delivery(of row: EventRow) -> Delivery? {
        row.event.notificationID.flatMap { deliveries[$0]?.delivery }
    }

    func outgoing(_ id: Int64) -> OutgoingNotification? {
        guard let row = deliveries[id] else { return nil }
        return OutgoingNotification(
            body: NotificationBody(
                notificationID: id,
                createdAt: row.delivery.createdAt,
                instanceID: row.delivery.instanceID,
                instanceName: row.instanceName,
                instanceTags: row.instanceTags,
                events: (id..<(id + row.count)).compactMap { events[$0]?.event }
            ),
            delivery: row.delivery,
            made: row.delivery.attempts + row.others
        )
    }

    func detail(_ sequence: Int64) -> EventDetail? {
        guard let event = events[sequence]?.event, let id = event.notificationID, let outgoing = outgoing(id) else {
            return nil
        }
        return EventDetail(
            event: event,
            delivery: outgoing.delivery,
            attempts: deliveries[id]?.attempts ?? [],
            body: outgoing.body.bytes
        )
    }
}

extension MemoryTables.EventRow {
    func summary(_ delivery: Delivery?, withAuthor: Bool = false) -> EventSummary {
        EventSummary(event, delivery, withAuthor: withAuthor)
    }
}

/// What the rules of intake ask, of one batch's instance.
struct MemoryIntake: IntakeTables {
    var tables: MemoryTables
    let batch: IntakeBatch

    mutating func objectNumber(_ name: String) -> Int64 { tables.object(name) }

    mutating func forgetMessages(before moment: Timestamp) {
        tables.messages = tables.messages.filter { $0.value >= moment }
    }

    mutating func remember(message: String) -> Bool {
        let key = MemoryTables.MessageKey(instance: batch.instanceID, id: message)
        guard tables.messages[key] == nil else { return false }
        tables.messages[key] = batch.receivedAt
        return true
    }

    func isRemembered(message: String) -> Bool {
        tables.messages[MemoryTables.MessageKey(instance: batch.instanceID, id: message)] != nil
    }

    func ledgerRow(object: Int64, recordID: String) -> LedgerRow? {
        tables.ledger[.init(instance: batch.instanceID, object: object, recordID: recordID)]
    }

    func isTold(_ seen: Observation, object: Int64, _ texts: PreparedBatch.Texts) -> Bool {
        tables.events.values.contains { row in
            let event = row.event
            return event.instanceID == batch.instanceID && row.object == object && event.recordID == seen.recordID
                && event.date == seen.stamp && (event.change == .deleted) == seen.isDeleted
                && (event.isUndelete || !seen.kind.claimsUndelete) && event.record.hasSameBytes(as: texts.record)
                && event.webhookEnvelope == batch.webhookEnvelope
                && WebhookMark.mayBeSame(row.mark, batch.webhookMark)
                && (event.previousRecord ?? "").hasSameBytes(as: texts.previous ?? "")
        }
    }

    func lastReceived(recordID: String, object: Int64) -> Timestamp? {
        tables.events.values.filter { row in
            row.event.instanceID == batch.instanceID && row.object == object && row.event.recordID == recordID
        }.max { $0.event.sequence < $1.event.sequence }?.event.receivedAt
    }

    func isLaneBusy(_ recordID: String) -> Bool { tables.head(batch.instanceID, recordID) != nil }

    mutating func reserveSequences(_ count: Int) -> Int64 {
        defer { tables.nextSequence += Int64(count) }
        return tables.nextSequence
    }
}
