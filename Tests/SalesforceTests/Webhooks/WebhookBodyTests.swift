import Domain
import Primitives
import Salesforce
import Testing

struct WebhookBodyTests {
    let receipt = Timestamp(seconds: 1_800_000_000)

    @Test func `the generated Apex's body keeps every byte of its records`() throws {
        let text =
            #"{"operation":"AFTER_UPDATE","object":"Account","organizationId":"00D000000000001EAA","userId":"005000000000001AAA","#
            + #""records":[{"attributes":{"type":"Account"},"Id":"001000000000001AAA","Amount":1.50,"Name":"\u00c4cme","#
            + #""SystemModstamp":"2026-11-23T18:00:05.000+0000"}],"previous":[{"Id":"001000000000001AAA","Amount":1.00}]}"#
        let body = try WebhookBody.parse(Array(text.utf8))
        #expect(body.change == .updated && !body.isUndelete)
        #expect(body.organizationID == "00D000000000001EAA")
        let seen = try #require(body.observations(receivedAt: receipt).first)
        #expect(seen.object == "Account" && seen.recordID == "001000000000001AAA")
        #expect(seen.stamp == Timestamp(parsing: "2026-11-23T18:00:05Z"))
        #expect(seen.fields["Amount"] == "1.50" && seen.fields["Name"] == #""\u00c4cme""#)
        #expect(seen.previous?["Amount"] == "1.00")
        var filled: [UInt8] = []
        WebhookEnvelope.fill(
            body.envelope,
            records: [seen.fields.json],
            previous: [#"{"Id":"001000000000001AAA","Amount":1.00}"#],
            to: &filled
        )
        #expect(String(decoding: filled, as: UTF8.self) == text)
    }

    @Test func `a byte order mark is no part of the body`() throws {
        let text = #"{"objects":[{"Id":"003i0000032SVcmAAG"}],"action":"update","object":"Contact"}"#
        let plain = try WebhookBody.parse(Array(text.utf8))
        let marked = try WebhookBody.parse(Array("\u{FEFF}\(text)".utf8))
        #expect(marked == plain)
    }

    @Test(arguments: [
        ("insert", Change.created, false), ("create", .created, false), ("update", .updated, false),
        ("delete", .deleted, false), ("undelete", .updated, true),
    ])
    func `the original's body is taken`(action: String, change: Change, isUndelete: Bool) throws {
        let text =
            #"{"objects":[{"attributes":{"type":"Contact"},"Id":"003i0000032SVcm","LastModifiedDate":"2015-10-13T03:26:48.000+0000"}],"action":"\#(action)"}"#
        let body = try WebhookBody.parse(Array(text.utf8))
        #expect(body.change == change && body.isUndelete == isUndelete)
        let seen = try #require(body.observations(receivedAt: receipt).first)
        #expect(seen.recordID == "003i0000032SVcmAAG" && seen.object == "Contact")
        #expect(seen.isDeleted == (change == .deleted))
        #expect(seen.stamp == Timestamp(parsing: "2015-10-13T03:26:48Z"))
    }

    @Test(arguments: [("003i0000032SVcm", "Contact"), ("00Qi0000032SVcm", "Lead"), ("01ti0000032SVcm", "Product2")])
    func `a body that names no object is of the standard one of its ids`(id: String, object: String) throws {
        let text = #"{"objects":[{"Id":"\#(id)","Name":"Ada"}],"action":"update"}"#
        #expect(try WebhookBody.parse(Array(text.utf8)).records.map(\.object) == [object])
        // What is said counts for more.
        let said = #"{"objects":[{"Id":"\#(id)","attributes":{"type":"Order"}}],"action":"update"}"#
        #expect(try WebhookBody.parse(Array(said.utf8)).records.map(\.object) == ["Order"])
    }

    @Test func `a record without a stamp gets the moment of receipt`() throws {
        let body = try WebhookBody.parse(
            Array(#"{"operation":"delete","object":"Lead","records":[{"Id":"00Q000000000001AAA"}]}"#.utf8)
        )
        let seen = try #require(body.observations(receivedAt: receipt).first)
        #expect(seen.stamp == receipt && seen.guess == receipt)
    }

    @Test(arguments: [
        ("", "not valid JSON"), ("[]", "expected an object"), ("{}", "neither"),
        (#"{"objects":{},"action":"update"}"#, "not a list"), (#"{"objects":[],"action":"update"}"#, "no records"),
        (#"{"objects":[{"Id":"x"}],"action":"update"}"#, "15 or 18"),
        (#"{"objects":[1],"action":"update"}"#, "not a record"),
        (#"{"objects":[{"Id":"a03i0000032SVcm"}],"action":"update"}"#, "does not say its object"),
        (#"{"objects":[{"Id":"00qi0000032SVcm"}],"action":"update"}"#, "does not say its object"),
        (#"{"objects":[{"Id":"003i0000032SVcm"}],"action":"explode"}"#, "explode"),
        (#"{"objects":[{"Id":"003i0000032SVcm"}]}"#, "action"),
        (#"{"operation":"insert","object":"No Such","records":[{"Id":"003i0000032SVcm"}]}"#, "can't exist"),
    ])
    func `another body is refused with a sentence`(text: String, part: String) {
        #expect {
            try WebhookBody.parse(Array(text.utf8))
        } throws: {
            "\($0)".contains(part)
        }
    }

    @Test(arguments: [#""00Dxx""#, "5", #""""#, "{}", "[]", "true", #""00D00000000000é""#])
    func `an organization that is none is refused, and null says nothing`(organization: String) throws {
        func body(_ organization: String) -> [UInt8] {
            let rest = #""operation":"insert","object":"Account","records":[{"Id":"001000000000001AAA"}]"#
            return Array(#"{"organizationId":\#(organization),\#(rest)}"#.utf8)
        }
        let given = body(organization)
        let fault = #expect(throws: WebhookBody.Fault.self) { try WebhookBody.parse(given) }
        #expect(fault?.message.contains("organizationId") == true)
        let silent = try WebhookBody.parse(body("null"))
        #expect(silent.organizationID == nil)
    }

    @Test func `too much is refused`() {
        let records = Array(repeating: #"{"Id":"003i0000032SVcm"}"#, count: WebhookBody.maximumRecords + 1)
        let text = #"{"operation":"insert","object":"Lead","records":[\#(records.joined(separator: ","))]}"#
        #expect(throws: WebhookBody.Fault.self) { try WebhookBody.parse(Array(text.utf8)) }
        let huge = [UInt8](repeating: 0x20, count: WebhookBody.maximumBytes + 1)
        #expect(throws: WebhookBody.Fault.self) { try WebhookBody.parse(huge) }
    }
}
