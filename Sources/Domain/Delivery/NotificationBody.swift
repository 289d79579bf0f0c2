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

    /// Written once and as bytes: each post has one.
    package var bytes: [UInt8] {
        var out: [UInt8] = []
        let envelope = events.first?.webhookEnvelope?.utf8.count ?? 0
        out.reserveCapacity(events.reduce(1024 + envelope) { $0 + Self.size(of: $1) })
        out.write(#"{"severity":"medium","createdDate":""#)
        createdAt.writeJavaDate(to: &out)
        out.write(#"","topic":"instance-\#(instanceID)-sfdc-events","action":"create","id":"\#(notificationID)","#)
        out.write(#""message":{"elementKey":"sfdc","accountId":1,"eventId":""#)
        out.write(events.first?.eventID ?? "")
        out.write(#"","companyId":1,"instanceId":\#(instanceID),"instance_id":\#(instanceID),"instanceName":"#)
        JSON.writeQuoted(instanceName, to: &out)
        out.write(#","instanceTags":"#)
        out.write(texts: instanceTags.isEmpty ? [instanceName] : instanceTags)
        out.write(#","raw":"#)
        writeRaw(to: &out)
        out.write(#","userId":1,"events":["#)
        for (index, event) in events.enumerated() {
            if index > 0 { out.append(0x2C) }
            Self.write(event, to: &out)
        }
        out.write(#"]},"user":"notifications@cloud-elements.com"}"#)
        return out
    }

    private static func size(of event: ChangeEvent) -> Int {
        384 + event.record.utf8.count + (event.previousRecord?.utf8.count ?? 0)
    }

    /// Polling: the records under their object's name. Webhooks: the sender's body with these records.
    private func writeRaw(to out: inout [UInt8]) {
        guard let first = events.first else { return out.write("{}") }
        if let envelope = first.webhookEnvelope {
            return WebhookEnvelope.fill(
                envelope,
                records: events.map(\.record),
                previous: events.compactMap(\.previousRecord),
                to: &out
            )
        }
        out.append(0x7B)
        JSON.writeQuoted(first.object, to: &out)
        out.write(":")
        out.write(values: events.map(\.record))
        if let pollDate = first.pollDate { out.write(#","pollDate":\#(pollDate.milliseconds)"#) }
        out.write(#","objectType":"#)
        JSON.writeQuoted(first.object, to: &out)
        out.append(0x7D)
    }

    private static func write(_ event: ChangeEvent, to out: inout [UInt8]) {
        out.write(#"{"date":""#)
        event.date.writeISO(to: &out)
        out.write(#"","elementKey":"sfdc","#)
        if let pollDate = event.pollDate {
            out.write(#""pollDate":""#)
            pollDate.writeISO(to: &out)
            out.write(#"","#)
        }
        out.write(#""eventType":""#)
        out.write(event.change.rawValue)
        out.write(#"","hubKey":"crm","objectId":"#)
        JSON.writeQuoted(event.recordID, to: &out)
        out.write(#","objectType":"#)
        JSON.writeQuoted(event.object, to: &out)
        if let master = event.masterRecordID {
            out.write(#","otherId":"#)
            JSON.writeQuoted(master, to: &out)
        }
        if event.isUndelete { out.write(#","undeleted":true"#) }
        if event.source == .reconciliation { out.write(#","source":"reconciliation""#) }
        if !event.changedFields.isEmpty {
            out.write(#","changedFields":"#)
            out.write(texts: event.changedFields.map(\.name))
        }
        out.append(0x7D)
    }
}

extension [UInt8] {
    fileprivate mutating func write(_ text: String) { append(contentsOf: text.utf8) }

    /// A JSON array of strings.
    fileprivate mutating func write(texts: [String]) {
        append(0x5B)
        for (index, text) in texts.enumerated() {
            if index > 0 { append(0x2C) }
            JSON.writeQuoted(text, to: &self)
        }
        append(0x5D)
    }

    /// A JSON array of what is JSON already.
    mutating func write(values: [String]) {
        append(0x5B)
        for (index, value) in values.enumerated() {
            if index > 0 { append(0x2C) }
            append(contentsOf: value.utf8)
        }
        append(0x5D)
    }
}
