import Domain
import Primitives
import Salesforce
import TestSupport
import Testing

/// A body is read where it stands: whatever its spelling, each field, each name and the envelope are as if every part had
/// been parsed by itself.
struct WebhookSpellingTests {
    /// A member as it is spelled, and as it must be read.
    private struct Spelled {
        var name: String
        var raw: String
    }

    private struct Writer {
        var random: SeededGenerator

        mutating func blank() -> String { ["", "", "", " ", "\n\t", "\r\n "].randomElement(using: &random) ?? "" }

        mutating func value(depth: Int = 2) -> String {
            switch Int.random(in: 0..<(depth > 0 ? 9 : 7), using: &random) {
            case 0: return ["0", "-1", "1.50", "1E+2"].randomElement(using: &random) ?? "0"
            case 1: return "true"
            case 2: return "null"
            case 3: return #""2026-11-23T18:00:05.000+0000""#
            case 4: return #""é \u00e9 \"\\\/\n {}[],:""#
            case 5: return "\"\""
            case 6: return "\"" + String(repeating: "x", count: Int.random(in: 0..<40, using: &random)) + "\""
            case 7: return list((0..<2).map { _ in value(depth: depth - 1) })
            default: return object([Spelled(name: "a", raw: value(depth: depth - 1)), Spelled(name: "type", raw: "1")])
            }
        }

        mutating func list(_ elements: [String]) -> String {
            "[" + blank() + elements.map { blank() + $0 + blank() }.joined(separator: ",") + "]"
        }

        mutating func object(_ members: [Spelled]) -> String {
            let parts = members.map { blank() + name($0.name) + blank() + ":" + blank() + $0.raw + blank() }
            return "{" + (parts.isEmpty ? blank() : "") + parts.joined(separator: ",") + "}"
        }

        /// Now and then its first letter by number.
        mutating func name(_ name: String) -> String {
            guard random.chance(15), let first = name.utf8.first, first < 0x80 else { return JSON.string(name).text }
            return "\"\\u00\(String(first, radix: 16))" + JSON.string(String(name.dropFirst())).text.dropFirst()
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func `any spelling is read as its parts are`(seed: UInt64) throws {
        var writer = Writer(random: SeededGenerator(seed: seed))
        for round in 0..<400 {
            let isOurs = writer.random.chance(70)
            var records: [[Spelled]] = []
            var previous: [[Spelled]] = []
            for number in 0...Int.random(in: 0...2, using: &writer.random) {
                let id = "00100000000000\(number)"
                var fields = [Spelled(name: "Id", raw: "\"\(id)\"")]
                if writer.random.chance(80) {
                    fields.append(
                        Spelled(
                            name: "attributes",
                            raw: writer.object([
                                Spelled(name: "url", raw: writer.value()), Spelled(name: "type", raw: #""Lead""#),
                            ])
                        )
                    )
                }
                for name in ["Name", "Ünïcode__c", "q\"uote", "A\\b"] where writer.random.chance(60) {
                    fields.append(Spelled(name: name, raw: writer.value()))
                }
                records.append(fields.shuffled(using: &writer.random))
                if writer.random.chance(40) {
                    previous.append([fields[0], Spelled(name: "Name", raw: writer.value())])
                }
            }
            let (listName, verbName) = isOurs ? ("records", "operation") : ("objects", "action")
            let hasPrevious = isOurs && !previous.isEmpty
            let list = writer.list(records.map { writer.object($0) })
            var members = [
                Spelled(name: listName, raw: list), Spelled(name: verbName, raw: #""update""#),
                Spelled(name: "object", raw: #""Account""#), Spelled(name: "extra", raw: writer.value()),
                Spelled(name: "organizationId", raw: #""00D000000000001""#),
            ]
            if hasPrevious {
                members.append(Spelled(name: "previous", raw: writer.list(previous.map { writer.object($0) })))
            } else if writer.random.chance(50) {
                members.append(Spelled(name: "previous", raw: "null"))
            }
            members.shuffle(using: &writer.random)
            let text = writer.blank() + writer.object(members) + writer.blank()
            let body = try WebhookBody.parse(Array(text.utf8))

            #expect(body.organizationID == "00D000000000001EAA", "\(round): \(text)")
            #expect(body.records.count == records.count)
            for (record, fields) in zip(body.records, records) {
                let expected = fields.map { RecordFields.Field(name: $0.name, raw: $0.raw) }
                #expect(record.fields.fields == expected, "\(round): \(text)")
                #expect(record.object == (fields.contains { $0.name == "attributes" } ? "Lead" : "Account"))
                // The original's format has no such list.
                let id = fields.first { $0.name == "Id" }?.raw
                let before = hasPrevious ? previous.first { $0[0].raw == id } : nil
                #expect(record.previous?.fields == before?.map { RecordFields.Field(name: $0.name, raw: $0.raw) })
            }
            // The envelope is the members in order, what holds records taken out.
            let parts = members.map { member in
                let mark =
                    member.name == listName
                    ? "\"\u{1}records\"" : member.name == "previous" && hasPrevious ? "\"\u{1}previous\"" : member.raw
                return JSON.string(member.name).text + ":" + mark
            }
            #expect(body.envelope == "{" + parts.joined(separator: ",") + "}", "\(round): \(text)")
        }
    }

    /// Which of several members of a name counts, and what is no text where one is asked for.
    @Test func `the last of equal names counts`() throws {
        let record = #"{"Id":"001000000000001","attributes":{"type":"Lead","type":"Contact"}}"#
        let text =
            #"{"records":[],"operation":1,"operation":"delete","records":[\#(record)],"previous":[1],"previous":null}"#
        let body = try WebhookBody.parse(Array(text.utf8))
        #expect(body.change == .deleted && body.records.map(\.object) == ["Contact"])
        #expect(
            body.envelope == "{\"records\":\"\u{1}records\",\"operation\":1,\"operation\":\"delete\","
                + "\"records\":\"\u{1}records\",\"previous\":[1],\"previous\":null}"
        )
    }

    @Test(arguments: [#"{"type":1}"#, #""Lead""#, "null", "[]", "{}"])
    func `attributes that name no object leave it to the body`(attributes: String) throws {
        let text =
            #"{"operation":"insert","object":"Account","records":[{"Id":"001000000000001","attributes":\#(attributes)}]}"#
        #expect(try WebhookBody.parse(Array(text.utf8)).records.map(\.object) == ["Account"])
    }

    @Test(
        arguments: [[0x7B, 0x22, 0xFF, 0x22, 0x7D], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0x22, 0xE2, 0x82]] as [[UInt8]]
    )
    func `bytes that are no text are refused as such`(bytes: [UInt8]) {
        #expect {
            try WebhookBody.parse(bytes)
        } throws: {
            ($0 as? WebhookBody.Fault)?.message == "The body is not valid UTF-8."
        }
    }

    /// The stamp is the later of two, however each is spelled, and a record without one says so.
    @Test(
        arguments: [
            (
                #""LastModifiedDate":"2026-11-23T18:00:05.000+0000","SystemModstamp":"2026-11-23T18:00:05.000+0000""#,
                1_795_456_805
            ),
            (
                #""LastModifiedDate":"2026-11-23T18:00:05Z","SystemModstamp":"2026-11-23T18:00:06.000+0000""#,
                1_795_456_806
            ),
            (#""LastModifiedDate":"2026-11-23T18:00:07Z","SystemModstamp":"2026-11-23T18:00:06Z""#, 1_795_456_807),
            (#""SystemModstamp":"2026-11-23T18:00:06Z""#, 1_795_456_806),
            (#""LastModifiedDate":"never","SystemModstamp":"never""#, nil), (#""Name":"A""#, nil),
        ] as [(String, Int64?)]
    )
    func stamps(fields: String, seconds: Int64?) throws {
        let text =
            #"{"operation":"insert","object":"Account","records":[{"Id":"001000000000001",\#(fields)}]}"#
        let found = try WebhookBody.parse(Array(text.utf8)).sightings(receivedAt: Timestamp(seconds: 5))
        #expect(found.observations.map(\.stamp) == [Timestamp(seconds: seconds ?? 5)])
        #expect(found.lackStamps == (seconds == nil))
    }
}
