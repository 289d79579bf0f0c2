/// A SOAP message of created or changed records, as workflow rules post it.
struct OutboundMessageEnvelope {
    /// How many rows go into one.
    static let maximumRows = 100

    let rule: OutboundMessageRule
    /// The number of the rule, from 1.
    let action: Int
    let type: ObjectType
    let rows: [RecordRow]
    /// The number of the first row's notification; the others follow.
    let firstNumber: Int
    let organizationID: String
    let instanceURL: String
    let now: Stamp

    var envelope: String {
        var notifications = ""
        for (offset, row) in rows.enumerated() {
            let id = RecordID.make(prefix: "04l", number: firstNumber + offset)
            var fields = "<sf:Id>\(row.id)</sf:Id>"
            for name in rule.fields {
                guard let field = type.field(name), field.source != .id else { continue }
                let value = row.value(of: field, now: now)
                guard value != .null else { continue }
                fields += "<sf:\(field.name)>\(Self.xmlText(value))</sf:\(field.name)>"
            }
            notifications +=
                "<Notification><Id>\(id)</Id><sObject xsi:type=\"sf:\(type.name)\" "
                + "xmlns:sf=\"urn:sobject.enterprise.soap.sforce.com\">\(fields)</sObject></Notification>"
        }
        let actionID = RecordID.make(prefix: "04k", number: action)
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" \
            xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
            <soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound">\
            <OrganizationId>\(organizationID)</OrganizationId><ActionId>\(actionID)</ActionId><SessionId xsi:nil="true"/>\
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
