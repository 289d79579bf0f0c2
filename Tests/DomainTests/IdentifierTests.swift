import Domain
import Primitives
import Testing

struct IdentifierTests {
    @Test(
        "A record id has one form",
        arguments: [
            ("001D000000IqhSL", "001D000000IqhSLIAZ"), ("001d000000iqhslIAZ", "001d000000iqhslAAA"),
            ("001D000000IqhSLIAZ", "001D000000IqhSLIAZ"), ("000000000000000", "000000000000000AAA"),
        ]
    )
    func forms(text: String, expected: String) {
        #expect(SalesforceID(text)?.text == expected)
    }

    @Test(
        "What is no record id is none",
        arguments: ["", "001", "001D000000IqhSL!", "001D000000Iqh-L", "001D000000IqhSé"]
    )
    func none(text: String) {
        #expect(SalesforceID(text) == nil)
    }

    @Test("An event's id is 20 URL-safe characters and depends on each of its parts")
    func eventIDs() {
        func make(_ record: String = "a", stamp: Int64 = 1, change: Change = .created, revision: Int64 = 1) -> String {
            EventID.make(
                instanceID: 1,
                object: "Account",
                recordID: record,
                stamp: Timestamp(milliseconds: stamp),
                change: change,
                revision: revision
            )
        }
        let ids = [make(), make("b"), make(stamp: 2), make(change: .deleted), make(revision: 2)]
        #expect(Set(ids).count == 5)
        #expect(make() == ids[0])
        for id in ids { #expect(id.utf8.count == 20 && !id.contains { "+/=".contains($0) }) }
        // A command would take it for an option.
        let many = (0..<2000).map { make(stamp: (0xF800_0000 + $0 * 50_000) * 1000) }
        #expect(!many.contains { $0.hasPrefix("-") })
        #expect(Set(many).count == 2000)
        for stamp in [Int64.min, -1, 0, .max] { #expect(make(stamp: stamp).utf8.count == 20) }
    }

    /// So that an index of them writes few pages: those of a minute share their beginning, whatever else they are.
    @Test func `ids of changes of about the same time are neighbours`() {
        func ids(_ seconds: Range<Int64>) -> [String] {
            seconds.map { second in
                EventID.make(
                    instanceID: second % 7,
                    object: "Object\(second % 5)",
                    recordID: "\(second &* 7919)",
                    stamp: Timestamp(seconds: second),
                    change: .updated,
                    revision: second % 3
                )
            }
        }
        let minute = ids(1_790_000_000..<1_790_000_064)
        #expect(Set(minute.map { $0.prefix(4) }).count <= 2)
        #expect(Set(minute).count == minute.count)
        #expect(
            Set(ids(1_790_010_000..<1_790_010_064).map { $0.prefix(4) }).isDisjoint(with: minute.map { $0.prefix(4) })
        )
    }

    @Test("Base64 reads both alphabets and refuses the rest")
    func base64() {
        for length in 0..<70 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ length) }
            #expect(Base64.decode(Base64.encode(bytes)) ?? [] == bytes)
            #expect(Base64.decode(Base64.encodeURLSafe(bytes)) ?? [] == bytes)
            let standard = Base64.encode(bytes)
            #expect(standard.utf8.count % 4 == 0)
            let safe = standard.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
            #expect(Base64.encodeURLSafe(bytes) == safe)
        }
        #expect(Base64.encode(Array("foob".utf8)) == "Zm9vYg==")
        for text in ["", "=", "A", "A===", "Zm9v!", "Zm 9v"] { #expect(Base64.decode(text) == nil, "\(text)") }
    }
}
