import Domain
import Primitives
import TestSupport
import Testing

/// What is read from the spelling of a JSON alone is what its parsed values say.
struct SpellingTests {
    private static func values(_ json: JSON) -> [String] {
        switch json {
        case .string(let text): [text]
        case .number(let digits): [digits]
        case .bool(let flag): [String(flag)]
        case .null: []
        case .array(let elements): elements.flatMap(values)
        case .object(let members): members.filter { $0.name != "attributes" }.flatMap { values($0.value) }
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `words of a spelling are the words of its values`(seed: UInt64) {
        var hostile = Hostile(seed: seed)
        for _ in 0..<600 {
            let record = hostile.chance(1, in: 2) ? hostile.record() : hostile.json()
            let spelling =
                hostile.chance(1, in: 4) ? String(decoding: hostile.damaged(record), as: UTF8.self) : " \(record)\n"
            let longest = hostile.one(of: [8, 96, .max], or: .max)
            let parsed = (try? JSON(parsing: spelling)).map { json in
                // A value without words leaves no mark.
                Self.values(json).map { FoldedText($0, keeping: longest).text }.filter { !$0.isEmpty }
                    .joined(separator: " \(FoldedText.mark) ")
            }
            let scanned = FoldedText(valuesOfSpelling: spelling, keeping: longest)?.text
            #expect(scanned == parsed, "\(spelling)")
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `fields are spelled as JSON spells their names`(seed: UInt64) throws {
        var hostile = Hostile(seed: seed)
        let names = ["Id", "", "q\"uote", "b\\ack", "\u{1}\u{1F}\n\t", "Ünï", "e\u{301}", "👨‍👩‍👧", "/"]
        for _ in 0..<300 {
            let fields = (0..<Int.random(in: 0...6, using: &hostile.random)).map { _ in
                RecordFields.Field(name: hostile.one(of: names, or: ""), raw: hostile.number())
            }
            let text = RecordFields(fields).json
            let parts = fields.map { JSON.string($0.name).text + ":" + $0.raw }
            #expect(text == "{" + parts.joined(separator: ",") + "}")
            #expect(try RecordFields(parsing: text).fields == fields)
        }
    }

    /// Texts with and without what must be escaped; what has nothing of it takes a shorter way.
    @Test func `each character is escaped where it must be`() throws {
        for scalar in (0...0x2FF as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init) {
            let text = "a\(Character(scalar))b"
            let written = JSON.string(text).text
            #expect(try JSON(parsing: written).string == text)
            let isEscaped = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
            #expect(written.utf8.contains(0x5C) == isEscaped)
        }
    }
}
