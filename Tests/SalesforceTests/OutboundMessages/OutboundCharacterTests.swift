import Domain
import Primitives
import Salesforce
import Testing

/// Texts of an org hold what XML forbids; a message is not sent again for a day because of one.
struct OutboundCharacterTests {
    /// What is written into a field's value, and what is read from it.
    private static let cases: [(written: [UInt8], read: String, replaced: Int)] = [
        (Array("&#11;".utf8), "\u{FFFD}", 1), (Array("&#xB;".utf8), "\u{FFFD}", 1), (Array("&#0;".utf8), "\u{FFFD}", 1),
        (Array("&#x0000001F;".utf8), "\u{FFFD}", 1), (Array("&#xD83D;".utf8), "\u{FFFD}", 1),
        (Array("&#xDE00;".utf8), "\u{FFFD}", 1), (Array("&#xDE00;&#xD83D;".utf8), "\u{FFFD}\u{FFFD}", 2),
        (Array("&#xD83D;&#xDE00;".utf8), "\u{1F600}", 0), (Array("&#55357;&#56832;".utf8), "\u{1F600}", 0),
        (Array("&#xFFFE;".utf8), "\u{FFFD}", 1), (Array("&#65535;".utf8), "\u{FFFD}", 1),
        (Array("&#x110000;".utf8), "\u{FFFD}", 1), (Array("&#99999999999999999999;".utf8), "\u{FFFD}", 1),
        (Array("&#10;&#x9;&#xA9;&#128512;".utf8), "\n\t\u{A9}\u{1F600}", 0), ([0x0B], "\u{FFFD}", 1),
        ([0x00], "\u{FFFD}", 1), ([0x1F], "\u{FFFD}", 1), ([0xEF, 0xBF, 0xBE], "\u{FFFD}", 1),
        ([0xEF, 0xBF, 0xBF], "\u{FFFD}", 1), ([0xEF, 0xBF, 0xBD], "\u{FFFD}", 0), ([0xFF], "\u{FFFD}", 1),
        (Array("<![CDATA[&#11;<!DOCTYPE html>]]>".utf8), "&#11;<!DOCTYPE html>", 0),
        (Array("<![CDATA[".utf8) + [0x0B] + Array("]]>".utf8), "\u{FFFD}", 1),
        (Array("<!-- &#11; <!DOCTYPE x> -->".utf8), "", 0), (Array("&amp;#11;".utf8), "&#11;", 0),
    ]

    private static func bytes(_ values: [[UInt8]]) -> [UInt8] {
        let mark = "\u{2766}"
        let fields = values.indices.map {
            OutboundMessageTests.notification($0 + 1, fields: "<sf:Name>a\(mark)b</sf:Name>")
        }
        var rest = Array(OutboundMessageTests.message(notifications: fields.joined()).utf8)[...]
        var out: [UInt8] = []
        for value in values {
            guard let place = rest.firstRange(of: Array(mark.utf8)) else { break }
            out += rest[..<place.lowerBound] + value
            rest = rest[place.upperBound...]
        }
        return out + rest
    }

    @Test(arguments: cases.indices) func `one odd character costs none of a hundred notifications`(index: Int) throws {
        let odd = Self.cases[index]
        var values = Array(repeating: Array("x".utf8), count: 100)
        values[57] = odd.written
        let body = try OutboundMessage.parse(Self.bytes(values))
        #expect(body.records.count == 100)
        #expect(body.records[57].fields.string("Name") == "a\(odd.read)b")
        #expect(body.records[58].fields.string("Name") == "axb")
        #expect(body.replacedCharacters == odd.replaced)
    }

    @Test func `each notification is known by its own id, with and without stamps`() throws {
        let stamped = "<sf:SystemModstamp>2026-11-23T18:00:05.000Z</sf:SystemModstamp>"
        let text = OutboundMessageTests.message(
            notifications: OutboundMessageTests.notification(1, fields: stamped) + OutboundMessageTests.notification(2)
        )
        let seen = try OutboundMessage.parse(Array(text.utf8)).observations(receivedAt: Timestamp(seconds: 1))
        #expect(seen.map(\.notificationID) == ["04l000000000001AAA", "04l000000000002AAA"])
    }

    /// Seeded: odd characters of all kinds at random places of values are read; bytes at random places of the message
    /// never crash the reader, and a message that was cut off is never taken.
    @Test(arguments: 1...20 as ClosedRange<UInt64>) func `no bytes crash the reader, and no part passes for the whole`(
        seed: UInt64
    ) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            let count = Int.random(in: 1...6, using: &random)
            let values = (0..<count).map { _ in
                (0..<Int.random(in: 0...5, using: &random)).flatMap { _ in
                    Self.cases.randomElement(using: &random)?.written ?? []
                }
            }
            let whole = Self.bytes(values)
            #expect(try OutboundMessage.parse(whole).records.count == count, "seed \(seed)")
            var broken = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<broken.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: broken[place] = UInt8.random(in: 0...255, using: &random)
                case 1: broken.remove(at: place)
                default: broken.insert(UInt8.random(in: 0...255, using: &random), at: place)
                }
            }
            // Taken or refused with a sentence; both are answers.
            do {
                #expect(try OutboundMessage.parse(broken).records.count <= count + 4)
            } catch {
                #expect(!error.message.isEmpty)
            }
            let end = Int.random(in: 0..<whole.count - 1, using: &random)
            #expect(throws: WebhookBody.Fault.self, "seed \(seed), cut after \(end)") {
                try OutboundMessage.parse(Array(whole[..<end]))
            }
        }
    }
}
