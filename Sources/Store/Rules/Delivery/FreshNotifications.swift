package import Domain

/// Notifications that were stored a moment ago and wait at the head of their lanes, so that the dispatcher, which comes for
/// them at once, need not read them back. Bounded; what is not here is read from the store.
///
/// One is taken once, and forgotten as soon as anything becomes of its delivery: what is here is as it was stored.
package struct FreshNotifications: Sendable {
    package static let most = 1024
    /// Bytes of all their records together.
    package static let mostBytes = 8 * 1024 * 1024

    private struct Entry: Sendable {
        let notification: OutgoingNotification
        let bytes: Int
    }

    private var entries: [Int64: Entry] = [:]
    private var bytes = 0
    private var refused = 0

    package init() {}

    package var count: Int { entries.count }

    /// The oldest go out first, so that where there is no room the new ones are left to the store. What keeps room from
    /// many others is not about to be delivered, and goes.
    package mutating func add(_ notifications: [OutgoingNotification]) {
        for notification in notifications {
            let size = Self.size(of: notification)
            guard entries.count < Self.most, bytes + size <= Self.mostBytes else {
                refused += 1
                if refused > 4 * Self.most { removeAll() }
                continue
            }
            let id = notification.delivery.notificationID
            let former = entries.updateValue(Entry(notification: notification, bytes: size), forKey: id)
            bytes += size - (former?.bytes ?? 0)
        }
    }

    /// Those of the deliveries that are here; they are no more.
    package mutating func take(_ ids: [Int64]) -> [Int64: OutgoingNotification] {
        var taken: [Int64: OutgoingNotification] = [:]
        if entries.isEmpty { return taken }
        taken.reserveCapacity(min(ids.count, entries.count))
        for id in ids { taken[id] = remove(id) }
        if !taken.isEmpty { refused = 0 }
        return taken
    }

    package mutating func remove(_ ids: [Int64]) {
        if entries.isEmpty { return }
        for id in ids { _ = remove(id) }
    }

    package mutating func removeAll(of instance: InstanceID) {
        for (id, entry) in entries where entry.notification.delivery.instanceID == instance { _ = remove(id) }
    }

    private mutating func removeAll() {
        entries = [:]
        bytes = 0
        refused = 0
    }

    private mutating func remove(_ id: Int64) -> OutgoingNotification? {
        guard let entry = entries.removeValue(forKey: id) else { return nil }
        bytes -= entry.bytes
        return entry.notification
    }

    private static func size(of notification: OutgoingNotification) -> Int {
        notification.body.events.reduce(0) { sum, event in
            sum + 512 + event.record.utf8.count + (event.previousRecord?.utf8.count ?? 0)
                + (event.webhookEnvelope?.utf8.count ?? 0)
        }
    }
}

extension IntakePlan {
    /// What goes out at once, as it would be read back. `names` are those of objects, by their numbers from 1 on.
    package func outgoing(_ batch: IntakeBatch, names: [String]) -> [OutgoingNotification] {
        notifications.compactMap { notification in
            guard notification.state == .queued else { return nil }
            return OutgoingNotification(
                body: NotificationBody(
                    notificationID: notification.id,
                    createdAt: batch.receivedAt,
                    instanceID: batch.instanceID,
                    instanceName: batch.instanceName,
                    instanceTags: batch.instanceTags,
                    events: notification.events.map { $0.stored(notification.id, batch, names) }
                ),
                delivery: Delivery(
                    notificationID: notification.id,
                    instanceID: batch.instanceID,
                    state: notification.state,
                    attempts: 0,
                    nextAttempt: nil,
                    createdAt: batch.receivedAt
                )
            )
        }
    }
}

extension IntakePlan.Event {
    fileprivate func stored(_ notification: Int64, _ batch: IntakeBatch, _ names: [String]) -> ChangeEvent {
        let number = Int(object) - 1
        return ChangeEvent(
            sequence: sequence,
            eventID: eventID,
            instanceID: batch.instanceID,
            object: names.indices.contains(number) ? names[number] : observation.object,
            recordID: observation.recordID,
            change: change,
            isUndelete: isUndelete,
            masterRecordID: observation.masterRecordID,
            source: batch.source,
            date: observation.stamp,
            pollDate: batch.pollDate,
            receivedAt: batch.receivedAt,
            record: texts.record,
            webhookEnvelope: batch.webhookEnvelope,
            previousRecord: texts.previous,
            changedFields: isCompared ? changes : [],
            isCompared: isCompared,
            recordName: name,
            notificationID: notification
        )
    }
}
