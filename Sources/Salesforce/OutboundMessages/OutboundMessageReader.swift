import Domain
import Foundation
import FoundationXML

/// Takes an Outbound Message's elements as the parser meets them, and stops at the first that doesn't belong.
final class OutboundMessageReader: NSObject, XMLParserDelegate {
    static let namespace = "http://soap.sforce.com/2005/09/outbound"
    private static let soap = "http://schemas.xmlsoap.org/soap/envelope/"
    private static let maximumDepth = 16
    private static let maximumFields = 1000

    struct Notification {
        var id = ""
        var object = ""
        var fields: [Field] = []
    }

    struct Field {
        var name: String
        /// Nil where the org said nil.
        var text: String?
        /// Holds elements, as compound fields do: no single value.
        var isNested = false
    }

    private(set) var fault: String?
    private(set) var isNotifications = false
    /// The envelope was closed.
    private(set) var isComplete = false
    private(set) var organizationID = ""
    private(set) var notifications: [Notification] = []
    private var path: [String] = []
    private var text = ""

    func parser(
        _ parser: XMLParser,
        didStartElement name: String,
        namespaceURI: String?,
        qualifiedName: String?,
        attributes: [String: String]
    ) {
        guard fault == nil else { return }
        let name = name.split(separator: ":").last.map(String.init) ?? name
        path.append(name)
        text = ""
        switch path.count {
        case 1: expect(name == "Envelope" && namespaceURI == Self.soap, "The message is no SOAP 1.1 envelope.")
        case 2: expect((name == "Body" || name == "Header") && namespaceURI == Self.soap, "The envelope has no Body.")
        case 3 where path[1] == "Body":
            expect(
                name == "notifications" && namespaceURI == Self.namespace && !isNotifications,
                "The Body holds something else than notifications of \(Self.namespace)."
            )
            isNotifications = fault == nil
        case 4 where name == "Notification" && path[1] == "Body":
            expect(
                notifications.count < OutboundMessage.maximumNotifications,
                "The message holds more than 100 notifications."
            )
            expect(namespaceURI == Self.namespace, "A Notification is of another namespace.")
            notifications.append(Notification())
        case 5 where isInNotification && name == "sObject":
            let type = Self.attribute("type", of: attributes) ?? ""
            change { $0.object = type.split(separator: ":").last.map(String.init) ?? "" }
        case 6 where isInObject:
            expect((notifications.last?.fields.count ?? 0) < Self.maximumFields, "A record has more than 1000 fields.")
            let isNil = Self.attribute("nil", of: attributes).map { $0 == "true" || $0 == "1" } ?? false
            change { $0.fields.append(Field(name: name, text: isNil ? nil : "")) }
        case 7... where isInObject: change { $0.fields[$0.fields.count - 1].isNested = true }
        default: break
        }
        expect(path.count <= Self.maximumDepth, "The message is nested deeper than \(Self.maximumDepth) levels.")
        if fault != nil { parser.abortParsing() }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        if fault == nil { text += string }
    }

    func parser(_ parser: XMLParser, foundCDATA block: Data) {
        if fault == nil { text += String(decoding: block, as: UTF8.self) }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        guard fault == nil, let name = path.last else { return }
        switch path.count {
        case 4 where path[1] == "Body" && name == "OrganizationId": organizationID = text.trimmed
        case 5 where isInNotification && name == "Id":
            let text = text.trimmed
            change { $0.id = text }
        case 6 where isInObject:
            let text = text
            change {
                let last = $0.fields.count - 1
                if $0.fields[last].isNested {
                    $0.fields.removeLast()
                } else if $0.fields[last].text != nil {
                    $0.fields[last].text = text
                }
            }
        default: break
        }
        path.removeLast()
        isComplete = path.isEmpty
        text = ""
    }

    private var isInNotification: Bool { path.count > 4 && path[1] == "Body" && path[3] == "Notification" }
    private var isInObject: Bool { path.count > 5 && isInNotification && path[4] == "sObject" }

    private func expect(_ condition: Bool, _ sentence: String) {
        if !condition, fault == nil { fault = sentence }
    }

    private func change(_ body: (inout Notification) -> Void) {
        if !notifications.isEmpty { body(&notifications[notifications.count - 1]) }
    }

    /// By its local name: prefixes are the sender's choice.
    private static func attribute(_ name: String, of attributes: [String: String]) -> String? {
        attributes.first { $0.key == name || $0.key.hasSuffix(":" + name) }?.value
    }
}
