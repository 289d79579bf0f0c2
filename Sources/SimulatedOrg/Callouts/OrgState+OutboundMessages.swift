extension OrgState {
    /// Outbound messages tell of creations and updates only, up to a hundred rows in one.
    mutating func sendOutboundMessages(_ writes: [Write]) {
        guard let first = writes.first, [.insert, .update, .undelete].contains(first.operation) else { return }
        let type = tables[first.table].type
        for (index, rule) in callouts.rules.enumerated() where rule.object.lowercased() == type.name.lowercased() {
            for start in stride(from: 0, to: writes.count, by: 100) {
                let chunk = writes[start..<min(start + 100, writes.count)]
                let id = RecordID.make(prefix: "04l", number: lastNotification)
                let body = envelope(chunk, rule: rule, index: index, type: type)
                callouts.add(
                    .outboundMessage,
                    messageID: id,
                    url: rule.url,
                    body: Array(body.utf8),
                    secret: [],
                    due: now + callouts.policy.delaySeconds
                )
            }
        }
    }

    private mutating func envelope(
        _ writes: ArraySlice<Write>,
        rule: OutboundMessageRule,
        index: Int,
        type: ObjectType
    ) -> String {
        var notifications = ""
        for write in writes {
            lastNotification += 1
            let id = RecordID.make(prefix: "04l", number: lastNotification)
            var fields = "<sf:Id>\(write.after.id)</sf:Id>"
            for name in rule.fields {
                guard let field = type.field(name), field.source != .id else { continue }
                let value = write.after.value(of: field, now: now)
                guard value != .null else { continue }
                fields += "<sf:\(field.name)>\(Self.xmlText(value))</sf:\(field.name)>"
            }
            notifications +=
                "<Notification><Id>\(id)</Id><sObject xsi:type=\"sf:\(type.name)\" "
                + "xmlns:sf=\"urn:sobject.enterprise.soap.sforce.com\">\(fields)</sObject></Notification>"
        }
        let action = RecordID.make(prefix: "04k", number: index + 1)
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" \
            xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
            <soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound">\
            <OrganizationId>\(organizationID)</OrganizationId><ActionId>\(action)</ActionId><SessionId xsi:nil="true"/>\
            <EnterpriseUrl>\(instanceURL)/services/Soap/c/67.0/\(organizationID.prefix(15))</EnterpriseUrl>\
            <PartnerUrl>\(instanceURL)/services/Soap/u/67.0/\(organizationID.prefix(15))</PartnerUrl>\
            \(notifications)</notifications></soapenv:Body>
            </soapenv:Envelope>
            """
    }

    private static func xmlText(_ value: Value) -> String {
        switch value {
        case .text(let text): return XMLText.escaped(text)
        case .instant(let stamp): return String(StampFormat.dateTime(stamp).dropLast(5)) + "Z"
        default:
            var bytes: [UInt8] = []
            value.write(to: &bytes)
            return String(decoding: bytes.filter { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
        }
    }
}
