import Domain
import Primitives
import TestSupport
import Testing

/// What holds words, told by their definition: letter by letter, and value by value.
struct WordSearchTests {
    /// Words of a text by the book: runs of letters and digits, in small letters, without accents.
    private static func words(_ text: String) -> [String] {
        var words = [""]
        for character in text.lowercased().unicodeScalars {
            if (0x300...0x36F).contains(character.value) { continue }
            if character.properties.isAlphabetic || character.properties.numericType != nil {
                words[words.count - 1].unicodeScalars.append(bases[character] ?? character)
            } else {
                words.append("")
            }
        }
        return words.filter { !$0.isEmpty }
    }

    private static let bases: [Unicode.Scalar: Unicode.Scalar] = ["ü": "u", "é": "e", "ã": "a", "å": "a", "ç": "c"]

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

    private static func holds(_ text: String, _ wanted: [String], isPrefix: Bool) -> Bool {
        let found = words(text)
        guard let last = wanted.last, found.count >= wanted.count else { return false }
        return (0...(found.count - wanted.count)).contains { start in
            let run = found[start..<(start + wanted.count)]
            let ends = run.last.map { isPrefix ? $0.hasPrefix(last) : $0 == last } ?? false
            return ends && run.dropLast().elementsEqual(wanted.dropLast())
        }
    }

    private static let parts = [
        "New", "york", "NEW", "zürich", "Zu\u{308}rich", "são", "12", "1", "2026", "x", "xy", "東京", "École", "null",
        "true",
        "attributes", "Name", "u00fc",
    ]
    private static let signs = [" ", "-", "\n", "\"", "\\", "/", "_", "\t", ".", "\u{301}", "\u{2028}", "😀", ""]

    private static func text(_ random: inout SeededGenerator) -> String {
        (0..<Int.random(in: 0...4, using: &random)).reduce("") { text, _ in
            text + (parts.randomElement(using: &random) ?? "") + (signs.randomElement(using: &random) ?? "")
        }
    }

    private static func value(_ random: inout SeededGenerator, depth: Int = 2) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &random) {
        case 0: .number(["1", "-12", "2026", "12.10", "1e2"].randomElement(using: &random) ?? "1")
        case 1: .bool(Bool.random(using: &random))
        case 2: .null
        case 5: .array((0..<2).map { _ in value(&random, depth: depth - 1) })
        case 6, 7:
            .object(
                (0..<3).map { _ in .init(parts.randomElement(using: &random) ?? "", value(&random, depth: depth - 1)) }
            )
        default: .string(text(&random))
        }
    }

    /// The spelling with letters escaped by their numbers, as other programs write them.
    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            guard scalar.value >= 0x80, scalar.value < 0x10000 else { return String(scalar) }
            let digits = String(scalar.value, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `a record holds what its name or one of its values does, however it is spelled`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var found = 0
        for round in 0..<400 {
            let record = JSON.object(["Name", "City", "Text"].map { .init($0, Self.value(&random)) })
            let name = Bool.random(using: &random) ? Self.text(&random) : nil
            let wanted = Self.text(&random) + (Bool.random(using: &random) ? "*" : "")
            guard let search = WordSearch(wanted) else {
                #expect(Self.words(wanted).isEmpty, "seed \(seed), round \(round): \(wanted)")
                continue
            }
            #expect(search.words == Self.words(wanted), "seed \(seed), round \(round)")
            let isHeld = (Self.values(record) + (name.map { [$0] } ?? [])).contains { text in
                Self.holds(text, search.words, isPrefix: search.isPrefix)
            }
            for spelling in [record.text, record.prettyText, Self.escaped(record.text)] {
                let holds = search.matches(record: spelling, name: name)
                #expect(holds == isHeld, "seed \(seed), round \(round): \(wanted) in \(spelling), \(name ?? "no name")")
            }
            if isHeld { found += 1 }
        }
        #expect(found > 20, "the texts never meet")
    }
}
