import Domain
import Primitives
import Testing

struct NotificationBodyTests {
    private static func event(
        _ sequence: Int64,
        envelope: String? = nil,
        previous: String? = nil,
        pollDate: Timestamp? = Timestamp(seconds: 1_534_779_000)
    ) -> ChangeEvent {
        ChangeEvent(
            sequence: sequence,
            eventID: "event-\(sequence)",
            instanceID: 7,
            object: "Account",
            recordID: "001D000000IqhSLIAZ",
            change: .updated,
            source: envelope == nil ? .polling : .webhook,
            date: Timestamp(seconds: 1_534_779_007),
            pollDate: envelope == nil ? pollDate : nil,
            receivedAt: Timestamp(seconds: 1_534_779_008),
            record: #"{"Id":"001D000000IqhSLIAZ","Amount":1.50}"#,
            webhookEnvelope: envelope,
            previousRecord: previous,
            changedFields: [FieldChange(name: "Amount", old: "1", new: "1.50")],
            recordName: nil,
            notificationID: 1
        )
    }

    private static func body(_ events: [ChangeEvent], name: String = "my \"instance\"") throws -> (String, JSON) {
        let body = NotificationBody(
            notificationID: 1,
            createdAt: Timestamp(seconds: 1_534_779_007),
            instanceID: 7,
            instanceName: name,
            instanceTags: [],
            events: events
        )
        return (String(decoding: body.bytes, as: UTF8.self), try JSON(parsing: body.bytes))
    }

    private static func filled(_ envelope: String, records: [String], previous: [String]) -> String {
        var out: [UInt8] = []
        WebhookEnvelope.fill(envelope, records: records, previous: previous, to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    @Test("A polled event carries its record under the object's name, bytes untouched")
    func polling() throws {
        let (text, json) = try Self.body([Self.event(1), Self.event(2)])
        #expect(text.contains(#""Amount":1.50"#))
        #expect(json["createdDate"]?.string == "Mon Aug 20 15:30:07 UTC 2018")
        let message = try #require(json["message"])
        #expect(message["raw"]?["Account"]?.array?.count == 2)
        #expect(message["raw"]?["pollDate"]?.integer == 1_534_779_000_000)
        #expect(message["instanceId"] == 7 && message["instance_id"] == 7)
        #expect(message["instanceName"]?.string == "my \"instance\"")
        #expect(message["instanceTags"] == [.string("my \"instance\"")])
        #expect(message["events"]?.array?.count == 2)
        #expect(message["events"]?.array?.first?["changedFields"] == ["Amount"])
    }

    private static func envelope(previous: String) -> String {
        WebhookEnvelope.make(
            members: [
                ("operation", #""UPDATE""#), ("object", #""Account""#), ("records", "[]"), ("previous", previous),
            ],
            recordsName: "records",
            previousName: "previous"
        )
    }

    @Test("A webhook's body of one record comes back as it was sent", arguments: ["null", "[]"])
    func webhook(previous: String) throws {
        let record = #"{"Id":"1","Text":"\"records\""}"#
        let sent = #"{"operation":"UPDATE","object":"Account","records":[\#(record)],"previous":\#(previous)}"#
        #expect(Self.filled(Self.envelope(previous: previous), records: [record], previous: []) == sent)
    }

    @Test("A webhook's notification carries its own records, those before among them")
    func webhookRecords() throws {
        let envelope = Self.envelope(previous: "[]")
        let (_, json) = try Self.body([Self.event(1, envelope: envelope, previous: #"{"Amount":1}"#)])
        #expect(json["message"]?["raw"]?["operation"] == "UPDATE")
        #expect(json["message"]?["raw"]?["previous"]?.array?.count == 1)
        #expect(json["message"]?["raw"]?["records"]?.array?.count == 1)
    }

    @Test("A record can't pass itself off as the place of the previous ones")
    func marks() {
        let envelope = WebhookEnvelope.make(
            members: [("records", "[]"), ("previous", "[]")],
            recordsName: "records",
            previousName: "previous"
        )
        let record = "{\"Name\":\"\u{1}previous\"}"
        let filled = Self.filled(envelope, records: [record], previous: ["{}"])
        #expect(filled == "{\"records\":[\(record)],\"previous\":[{}]}")
    }
}
