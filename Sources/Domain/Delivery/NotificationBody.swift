package import Primitives

/// Writes the JSON that is posted to the callback: the envelope that Cloud Elements sent, field for field.
///
/// A pure function of what is stored, so every attempt posts the same bytes.
package struct NotificationBody: Sendable, Hashable {
    package let notificationID: Int64
    package let createdAt: Timestamp
    package let instanceID: InstanceID
    package let instanceName: String
    package let instanceTags: [String]
    /// At least one; all of one object and source.
    package let events: [ChangeEvent]

    package init(
        notificationID: Int64,
        createdAt: Timestamp,
        instanceID: InstanceID,
        instanceName: String,
        instanceTags: [String],
        events: [ChangeEvent]
    ) {
        self.notificationID = notificationID
        self.createdAt = createdAt
        self.instanceID = instanceID
        self.instanceName = instanceName
        self.instanceTags = instanceTags
        self.events = events
    }

    package var bytes: [UInt8] {
        let tags = instanceTags.isEmpty ? [instanceName] : instanceTags
        var out = #"{"severity":"medium","createdDate":""# + createdAt.javaDate
        out +=
            #"","topic":"instance-\#(instanceID)-sfdc-events","action":"create","id":"\#(notificationID)","message":{"#
        out += #""elementKey":"sfdc","accountId":1,"eventId":"\#(events.first?.eventID ?? "")","companyId":1,"#
        out +=
            #""instanceId":\#(instanceID),"instance_id":\#(instanceID),"instanceName":\#(JSON.string(instanceName).text),"#
        out += #""instanceTags":\#(JSON.array(tags.map { .string($0) }).text),"raw":\#(raw),"userId":1,"events":["#
        out += events.map(Self.eventObject).joined(separator: ",")
        out += #"]},"user":"notifications@cloud-elements.com"}"#
        return Array(out.utf8)
    }

    /// Polling: the records under their object's name. Webhooks: the sender's body with these records.
    private var raw: String {
        guard let first = events.first else { return "{}" }
        guard let envelope = first.webhookEnvelope else {
            let records = events.map(\.record).joined(separator: ",")
            let object = JSON.string(first.object).text
            let pollDate = first.pollDate.map { #""pollDate":\#($0.milliseconds),"# } ?? ""
            return "{\(object):[\(records)],\(pollDate)\"objectType\":\(object)}"
        }
        return WebhookEnvelope.fill(
            envelope,
            records: events.map(\.record),
            previous: events.compactMap(\.previousRecord)
        )
    }

    private static func eventObject(_ event: ChangeEvent) -> String {
        var out = #"{"date":"\#(event.date.iso)","elementKey":"sfdc","#
        if let pollDate = event.pollDate { out += #""pollDate":"\#(pollDate.iso)","# }
        out +=
            #""eventType":"\#(event.change.rawValue)","hubKey":"crm","objectId":\#(JSON.string(event.recordID).text),"#
        out += #""objectType":\#(JSON.string(event.object).text)"#
        if let master = event.masterRecordID { out += #","otherId":\#(JSON.string(master).text)"# }
        if event.isUndelete { out += #","undeleted":true"# }
        if event.source == .reconciliation { out += #","source":"reconciliation""# }
        if !event.changedFields.isEmpty {
            let names = event.changedFields.map { JSON.string($0.name) }
            out += #","changedFields":"# + JSON.array(names).text
        }
        return out + "}"
    }
}
