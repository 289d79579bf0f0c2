package import Domain
package import Primitives

/// Events as the API shows them: the original's members, then what Signalbox knows beside them.
package enum EventShape {
    /// The original's five words for where an event stands.
    static func status(_ delivery: Delivery?) -> String {
        switch delivery?.state {
        case nil: "NEW"
        case .queued, .waiting, .held: "RECEIVED"
        case .retrying: "DISPATCHED"
        // Done with, and nobody was notified: there is no callback, or it was given up.
        case .some(.none), .dead: "CONSUMED"
        case .delivered: "NOTIFIED"
        }
    }

    /// The states behind one of the original's words; nil for a word that isn't one.
    static func states(_ status: String) -> Set<DeliveryState>? {
        switch status.uppercased() {
        // An event has its delivery as soon as it is stored, so that none stays NEW; clients of the original ask for both.
        case "NEW", "RECEIVED": [.queued, .waiting, .held]
        case "DISPATCHED": [.retrying]
        case "CONSUMED": [DeliveryState.none, .dead]
        case "NOTIFIED": [.delivered]
        default: nil
        }
    }

    /// What a list or a stream carries: no payload.
    package static func json(_ event: EventSummary) -> JSON { .object(head(event) + tail(event)) }

    /// With its payload.
    package static func json(_ summary: EventSummary, _ detail: EventDetail) -> JSON {
        var members = head(summary)
        let raw = JSONRange.raw(of: ["message", "raw"], in: detail.body) ?? Array(detail.event.record.utf8)
        members.append(.init("providerData", .string(String(decoding: raw, as: UTF8.self))))
        let body = (try? JSON(parsing: detail.body)) ?? .null
        let wasNotified = summary.delivery?.state == .delivered
        members.append(.init("notifiedData", wasNotified ? [body] : []))
        members.append(.init("eventElementInstances", .array([elementInstance(summary, detail)])))
        return .object(members + tail(summary))
    }

    private static func head(_ event: EventSummary) -> [JSON.Member] {
        [
            .init("id", .string(event.eventID)),
            .init("eventDate", .string(event.receivedAt.iso)),
            .init("status", .string(status(event.delivery))),
        ]
    }

    private static func tail(_ event: EventSummary) -> [JSON.Member] {
        var members: [JSON.Member] = [
            .init("sequence", .integer(event.sequence)),
            .init("instanceId", .integer(event.instanceID)),
            .init("eventType", .string(event.change.rawValue)),
            .init("objectType", .string(event.object)),
            .init("objectId", .string(event.recordID)),
            .init("objectName", event.recordName.map { .string($0) } ?? .null),
            .init("date", .string(event.date.iso)),
            .init("source", .string(event.source.rawValue)),
            .init("changedFields", .array(event.changedFieldNames.map { .string($0) })),
        ]
        if event.isUndelete { members.append(.init("undeleted", true)) }
        members.append(.init("delivery", event.delivery.map(DeliveryShape.json) ?? .null))
        return members
    }

    private static func elementInstance(_ summary: EventSummary, _ detail: EventDetail) -> JSON {
        [
            "eventId": .string(summary.eventID),
            "elementInstanceId": .integer(summary.instanceID),
            "notificationId": detail.event.notificationID.map { .integer($0) } ?? .null,
            "notifiedData": .string(String(decoding: detail.body, as: UTF8.self)),
            "createdDate": .string(summary.receivedAt.iso),
            "updatedDate": .string((detail.attempts.last?.startedAt ?? summary.receivedAt).iso),
        ]
    }
}
