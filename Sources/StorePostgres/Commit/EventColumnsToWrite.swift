#if PostgreSQL
import Domain
import Primitives
import Store

/// Notifications with their events, lanes and payloads, as the columns that they are written by.
struct EventColumnsToWrite {
    private struct Deliveries {
        var (id, instance, sender, count) = (Column<Int64>(), Column<Int64>(), Column<Int64>(), Column<Int64>())
        var (state, created) = (Column<Int64>(), Column<Int64>())
    }

    private struct Lanes {
        var (instance, record) = (Column<Int64>(), Column<String>())
        var (waiting, id) = (Column<Int64>(), Column<Int64>())
    }

    private struct Events {
        var (sequence, eventID, notification) = (Column<Int64>(), Column<String>(), Column<Int64>())
        var (instance, object, change) = (Column<Int64>(), Column<Int64>(), Column<Int64>())
        var (state, undelete, source) = (Column<Int64>(), Column<Bool>(), Column<Int64>())
        var (date, received) = (Column<Int64>(), Column<Int64>())
        var (record, name, changed) = (Column<String>(), Column<String?>(), Column<String?>())
    }

    private struct Payloads {
        var (sequence, master, polled) = (Column<Int64>(), Column<String?>(), Column<Int64?>())
        var (record, envelope, previous) = (Column<String>(), Column<String?>(), Column<String?>())
        var (changes, message) = (Column<String?>(), Column<Int64?>())
    }

    private var deliveries = Deliveries()
    private var lanes = Lanes()
    private var events = Events()
    private var payloads = Payloads()

    mutating func add(_ notification: IntakePlan.Notification, _ batch: IntakeBatch, sender: Int64) {
        deliveries.id.append(notification.id)
        deliveries.instance.append(batch.instanceID)
        deliveries.sender.append(sender)
        deliveries.count.append(Int64(notification.events.count))
        deliveries.state.append(notification.state.code)
        deliveries.created.append(batch.receivedAt.milliseconds)
        for lane in notification.lanes {
            lanes.instance.append(batch.instanceID)
            lanes.record.append(lane)
            lanes.waiting.append(notification.state == .waiting ? 1 : 0)
            lanes.id.append(notification.id)
        }
        for event in notification.events { add(event, notification, batch) }
    }

    private mutating func add(
        _ event: IntakePlan.Event,
        _ notification: IntakePlan.Notification,
        _ batch: IntakeBatch
    ) {
        let seen = event.observation
        events.sequence.append(event.sequence)
        events.eventID.append(event.eventID)
        events.notification.append(notification.id)
        events.instance.append(batch.instanceID)
        events.object.append(event.object)
        events.change.append(event.change.code)
        events.state.append(notification.state.code)
        events.undelete.append(event.isUndelete)
        events.source.append(batch.source.code)
        events.date.append(seen.stamp.milliseconds)
        events.received.append(batch.receivedAt.milliseconds)
        events.record.append(seen.recordID)
        events.name.append(event.name)
        events.changed.append(event.isCompared ? ChangedFields.names(event.changes) : nil)
        payloads.sequence.append(event.sequence)
        payloads.master.append(seen.masterRecordID)
        payloads.polled.append(batch.pollDate?.milliseconds)
        payloads.record.append(event.texts.record)
        payloads.envelope.append(batch.webhookEnvelope)
        payloads.previous.append(event.texts.storedPrevious)
        payloads.changes.append(
            event.isCompared ? ChangedFields.text(event.changes, beside: event.texts.recordFields) : nil
        )
        payloads.message.append(batch.webhookMark)
    }

    func write(_ transaction: WriteTransaction) throws {
        if deliveries.id.count == 0 { return }
        try transaction.run(
            """
            INSERT INTO delivery (id, instance, sender, count, state, created)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
            """,
            [
                deliveries.id, deliveries.instance, deliveries.sender, deliveries.count, deliveries.state,
                deliveries.created,
            ]
        )
        if lanes.id.count > 0 {
            try transaction.run(
                "INSERT INTO lane (instance, record_id, waiting, id) SELECT * FROM unnest($1, $2, $3, $4)",
                [lanes.instance, lanes.record, lanes.waiting, lanes.id]
            )
        }
        try transaction.run(
            """
            INSERT INTO event (sequence, event_id, notification, instance, object, change, state, undelete, source,
                date, received, record_id, record_name, changed)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            """,
            [
                events.sequence, events.eventID, events.notification, events.instance, events.object, events.change,
                events.state, events.undelete, events.source, events.date, events.received, events.record,
                events.name, events.changed,
            ]
        )
        try transaction.run(
            """
            INSERT INTO payload (sequence, master_record, poll_date, record, envelope, previous, changes, message)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            [
                payloads.sequence, payloads.master, payloads.polled, payloads.record, payloads.envelope,
                payloads.previous, payloads.changes, payloads.message,
            ]
        )
    }
}
#endif
