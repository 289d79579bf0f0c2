import Domain
import Primitives
import TestSupport
import Testing

@testable import Salesforce

/// Bodies that anybody may post who knows the receiver's address.
struct HostileBodyTests {
    @Test func `webhooks of any kind are read or refused, and their records judged`() async {
        await Fuzz.run("webhooks", rounds: 1500) { hostile, note in
            let records = (0..<2).map { _ in hostile.record() }.joined(separator: ",")
            let verb = hostile.one(of: ["AFTER_UPDATE", "insert", "delete", "", "UNDELETE", "after_after_"], or: "")
            let previous = hostile.chance(1, in: 2) ? "[\(hostile.record())]" : hostile.json()
            let text =
                hostile.chance(1, in: 2)
                ? "{\"operation\":\"\(verb)\",\"object\":\"Account\",\"organizationId\":\(hostile.json()),"
                    + "\"records\":[\(records)],\"previous\":\(previous)}"
                : "{\"action\":\"\(verb)\",\"objects\":[\(records)],\"\(hostile.text())\":\(hostile.json())}"
            let bytes = hostile.damaged(text)
            note(String(decoding: bytes, as: UTF8.self))
            do {
                let body = try WebhookBody.parse(bytes)
                #expect(!body.records.isEmpty)
                for record in body.records {
                    _ = record.fields.changes(to: record.previous ?? RecordFields(), partial: true)
                    _ = record.previous.map { record.fields.spelled(like: $0) }
                    _ = record.fields.displayName
                }
            } catch {
                #expect(!"\(error)".isEmpty)
            }
        }
    }

    @Test func `outbound messages of any kind are read or refused`() async {
        await Fuzz.run("outbound", rounds: 700) { hostile, note in
            let fields = (0..<3).map { _ in
                "<sf:\(hostile.one(of: Hostile.fieldNames, or: "A"))>\(hostile.text())</sf:X>"
            }
            let text = """
                <?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope \
                xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>\
                <notifications xmlns="http://soap.sforce.com/2005/09/outbound">\
                <OrganizationId>00D000000000001AAA</OrganizationId><Notification><Id>04l000000000001AAA</Id>\
                <sObject xmlns:sf="urn:sobject.enterprise.soap.sforce.com" \
                xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="sf:Account">\
                <sf:Id>001000000000001AAA</sf:Id>\(fields.joined())\
                \(String(repeating: "<a>", count: hostile.one(of: [0, 1, 20, 400], or: 0)))\
                </sObject></Notification></notifications></soapenv:Body></soapenv:Envelope>
                """
            let bytes = hostile.damaged(text)
            note(String(decoding: bytes, as: UTF8.self))
            do {
                #expect(try !OutboundMessage.parse(bytes).records.isEmpty)
            } catch {
                #expect(!"\(error)".isEmpty)
            }
        }
    }
}
