import Domain
import FoundationEssentials
import FoundationXML
import Primitives

/// A Salesforce Outbound Message: SOAP that a flow or workflow rule sends, without Apex. Its values have no types.
package enum OutboundMessage {
    package static let maximumNotifications = 100
    package static let maximumBytes = 6 * 1024 * 1024

    /// Reads the message as a webhook that says "updated" of each record; the ledger decides what it was.
    ///
    /// Document types are refused, with them every entity but XML's own five; nothing outside the body is ever read.
    package static func parse(_ bytes: [UInt8]) throws(WebhookBody.Fault) -> WebhookBody {
        guard bytes.count <= maximumBytes else { throw WebhookBody.Fault("The message is larger than 6 MiB.") }
        guard !bytes.isEmpty else { throw WebhookBody.Fault("The message is empty.") }
        // The scan and the parser must see the same characters: UTF-8, whatever the declaration says.
        let characters = XMLCharacters(bytes)
        guard isDeclaredUTF8(characters.bytes) else {
            throw WebhookBody.Fault("The message must be declared as UTF-8.")
        }
        guard !characters.hasDeclaration else {
            throw WebhookBody.Fault("The message has a document type, which is refused.")
        }
        let parser = XMLParser(data: Data(withoutDeclaration(characters.bytes)))
        let reader = OutboundMessageReader()
        parser.delegate = reader
        parser.shouldProcessNamespaces = true
        parser.shouldResolveExternalEntities = false
        // On Linux `parse` answers true for a document that is cut off or goes on behind its root; the error says so.
        let isWhole = parser.parse() && parser.parserError == nil && reader.isComplete
        if let fault = reader.fault { throw WebhookBody.Fault(fault) }
        guard isWhole else { throw WebhookBody.Fault("The message is not well-formed XML.") }
        guard reader.isNotifications else {
            throw WebhookBody.Fault("The message holds no notifications of \(OutboundMessageReader.namespace).")
        }
        guard let organization = SalesforceID(reader.organizationID)?.text else {
            throw WebhookBody.Fault("OrganizationId is missing or no id of 15 or 18 letters and digits.")
        }
        guard !reader.notifications.isEmpty else { throw WebhookBody.Fault("The message holds no Notification.") }
        var body = WebhookBody(
            change: .updated,
            isUndelete: false,
            organizationID: organization,
            records: try reader.notifications.map { (notification) throws(WebhookBody.Fault) in
                try record(notification)
            },
            envelope: WebhookEnvelope.make(
                members: [
                    ("operation", "\"update\""), ("organizationId", JSON.string(organization).text), ("records", ""),
                ],
                recordsName: "records",
                previousName: nil
            ),
            source: .outboundMessage
        )
        body.replacedCharacters = characters.replaced
        return body
    }

    private static func record(
        _ notification: OutboundMessageReader.Notification
    ) throws(WebhookBody.Fault) -> WebhookBody.Record {
        guard let notificationID = SalesforceID(notification.id)?.text else {
            throw WebhookBody.Fault("A Notification has no Id.")
        }
        guard InstanceConfiguration.isObjectName(notification.object) else {
            throw WebhookBody.Fault("A Notification's sObject has no xsi:type like sf:Account.")
        }
        let id = notification.fields.last { $0.name == "Id" }?.text ?? ""
        guard let id = SalesforceID(id)?.text else { throw WebhookBody.Fault("An sObject has no Id.") }
        var fields = RecordFields()
        let attributes: JSON = ["type": .string(notification.object)]
        fields.append("attributes", raw: attributes.text)
        fields.append("Id", raw: JSON.string(id).text)
        for field in notification.fields where field.name != "Id" {
            // Salesforce knows no empty texts.
            let text = field.text.flatMap { $0.isEmpty ? nil : $0 }
            fields.append(field.name, raw: text.map { JSON.string($0).text } ?? "null")
        }
        return WebhookBody.Record(
            object: notification.object,
            recordID: id,
            fields: fields,
            previous: nil,
            notificationID: notificationID
        )
    }

    /// A declaration of ASCII would refuse what was put in the place of what XML forbids.
    private static func withoutDeclaration(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        let rest = bytes.starts(with: "\u{FEFF}".utf8) ? bytes.dropFirst(3) : bytes[...]
        guard rest.starts(with: "<?xml ".utf8), let end = rest.firstRange(of: Array("?>".utf8)) else { return rest }
        return rest[end.upperBound...]
    }

    private static func isDeclaredUTF8(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes.prefix(1024), as: UTF8.self).drop { $0 == "\u{FEFF}" || $0.isWhitespace }
        guard text.hasPrefix("<?xml"), let end = text.firstRange(of: "?>") else { return true }
        let declaration = text[..<end.lowerBound].lowercased()
        guard let place = declaration.firstRange(of: "encoding") else { return true }
        let name = declaration[place.upperBound...].drop { " =\"'\t\r\n".contains($0) }
        return name.hasPrefix("utf-8") || name.hasPrefix("us-ascii")
    }
}
