import Domain
import Primitives
import Salesforce
import Testing

struct OutboundMessageTests {
    static func message(
        organization: String = "00D000000000001EAA",
        namespace: String = "http://soap.sforce.com/2005/09/outbound",
        prolog: String = "",
        notifications: String
    ) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>\(prolog)
        <soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" \
        xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
         <soapenv:Body>
          <notifications xmlns="\(namespace)">
           <OrganizationId>\(organization)</OrganizationId>
           <ActionId>04k000000000001AAA</ActionId>
           <SessionId xsi:nil="true"/>
           <EnterpriseUrl>https://acme.my.salesforce.com/services/Soap/c/67.0/00D000000000001</EnterpriseUrl>
           <PartnerUrl>https://acme.my.salesforce.com/services/Soap/u/67.0/00D000000000001</PartnerUrl>
           \(notifications)
          </notifications>
         </soapenv:Body>
        </soapenv:Envelope>
        """
    }

    static func notification(_ number: Int = 1, fields: String = "<sf:Name>Acme</sf:Name>") -> String {
        let digits = String(repeating: "0", count: 4 - String(number).count) + String(number)
        return """
            <Notification><Id>04l00000000\(digits)AAA</Id>
            <sObject xsi:type="sf:Account" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">
            <sf:Id>001i0000000\(digits)</sf:Id>\(fields)</sObject></Notification>
            """
    }

    @Test func `a message of the documented shape is read, its values as texts`() throws {
        let fields =
            "<sf:Name>Müller &amp; Söhne &lt;GmbH&gt;</sf:Name><sf:AnnualRevenue>1500.0</sf:AnnualRevenue>"
            + "<sf:Phone xsi:nil=\"true\"/><sf:BillingAddress><sf:city>Bonn</sf:city></sf:BillingAddress>"
            + "<sf:Fax></sf:Fax><sf:Note><![CDATA[a < b]]></sf:Note>"
            + "<sf:SystemModstamp>2026-11-23T18:00:05.000Z</sf:SystemModstamp>"
        let text = Self.message(notifications: Self.notification(1, fields: fields) + Self.notification(2))
        let body = try OutboundMessage.parse(Array(text.utf8))
        #expect(body.organizationID == "00D000000000001EAA" && body.source == .outboundMessage)
        #expect(body.records.count == 2)
        let seen = try #require(body.observations(receivedAt: Timestamp(seconds: 1)).first)
        #expect(seen.object == "Account" && seen.recordID == "001i00000000001AAA")
        #expect(seen.kind == .webhook(claimed: .updated, isUndelete: false))
        #expect(seen.stamp == Timestamp(parsing: "2026-11-23T18:00:05Z"))
        #expect(seen.fields.string("Name") == "Müller & Söhne <GmbH>")
        #expect(seen.fields["AnnualRevenue"] == #""1500.0""# && seen.fields["Phone"] == "null")
        #expect(seen.fields["Fax"] == "null" && seen.fields.string("Note") == "a < b")
        #expect(seen.fields["BillingAddress"] == nil)
    }

    @Test func `a message that is cut off, goes on behind its end or is not well-formed is refused whole`() throws {
        let text = Self.message(notifications: (1...3).map { Self.notification($0) }.joined())
        #expect(try OutboundMessage.parse(Array(text.utf8)).records.count == 3)
        let bytes = Array(text.utf8)
        for end in 0..<bytes.count - 1 {
            #expect(throws: WebhookBody.Fault.self, "cut after \(end) bytes") {
                try OutboundMessage.parse(Array(bytes[..<end]))
            }
        }
        for broken in [
            text + "<x/>", text + "garbage", text + text, text.replacing("</sf:Name>", with: "", maxReplacements: 1),
            text.replacing("<sf:Name>", with: "<sf:Name a=1>", maxReplacements: 1),
        ] {
            #expect(throws: WebhookBody.Fault.self) { try OutboundMessage.parse(Array(broken.utf8)) }
        }
        #expect(throws: Never.self) { try OutboundMessage.parse(Array((text + "\n \n").utf8)) }
    }

    static let laughs =
        #"<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>"#

    static let hostile: [String] = [
        "", "{}", "<a/>", "<a", "\u{0}",
        message(prolog: laughs, notifications: notification(fields: "<sf:Name>&c;</sf:Name>")),
        message(
            prolog: #"<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>"#,
            notifications: notification(fields: "<sf:Name>&f;</sf:Name>")
        ),
        message(notifications: notification(fields: "<sf:Name>&unknown;</sf:Name>")),
        message(notifications: notification(fields: String(repeating: "<a>", count: 5000))),
        message(
            notifications: notification(
                fields: String(repeating: "<a>", count: 200) + String(repeating: "</a>", count: 200)
            )
        ),
        message(namespace: "http://example.com/other", notifications: notification()),
        message(notifications: (1...101).map { notification($0) }.joined()),
        message(notifications: ""), message(organization: "nobody", notifications: notification()),
        message(notifications: notification().replacing("sf:Account", with: "sf:Acc ount")),
        message(notifications: notification().replacing("001i", with: "!")),
        message(notifications: notification().replacing("04l", with: "-")),
        message(notifications: notification()).replacing("UTF-8", with: "UTF-16"),
        message(notifications: notification()).replacing("schemas.xmlsoap.org/soap", with: "example.com"),
        message(notifications: notification(fields: (1...1001).map { "<f\($0)/>" }.joined())),
    ]

    @Test(arguments: hostile.indices)
    func `hostile and foreign XML is refused with a sentence`(_ index: Int) {
        #expect(throws: WebhookBody.Fault.self, "\(Self.hostile[index].prefix(300))") {
            try OutboundMessage.parse(Array(Self.hostile[index].utf8))
        }
    }

    @Test func `a hundred notifications are taken`() throws {
        let text = Self.message(notifications: (1...100).map { Self.notification($0) }.joined())
        #expect(try OutboundMessage.parse(Array(text.utf8)).records.count == 100)
    }

    @Test func `bytes that are no UTF-8 are refused behind the message's end`() {
        let bytes = Array(Self.message(notifications: Self.notification()).utf8) + [0xFF]
        #expect(throws: WebhookBody.Fault.self) { try OutboundMessage.parse(bytes) }
    }

    @Test(arguments: ["", "<?xml version=\"1.0\" encoding=\"us-ascii\"?>", "\u{FEFF}<?xml version=\"1.0\"?>"])
    func `whatever the prolog declares, odd characters are taken and a cut is refused`(_ prolog: String) throws {
        let text = Self.message(notifications: Self.notification(fields: "<sf:Name>a&#11;\u{B}b</sf:Name>"))
        let bytes = Array(text.replacing("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", with: prolog).utf8)
        let body = try OutboundMessage.parse(bytes)
        #expect(body.records.first?.fields.string("Name") == "a\u{FFFD}\u{FFFD}b" && body.replacedCharacters == 2)
        for end in 0..<bytes.count - 1 {
            #expect(throws: WebhookBody.Fault.self, "cut after \(end) bytes") {
                try OutboundMessage.parse(Array(bytes[..<end]))
            }
        }
    }
}
