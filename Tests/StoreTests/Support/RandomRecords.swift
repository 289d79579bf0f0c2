import Domain
import Primitives
import TestSupport

/// Records and searches whose words meet often: accents, signs of the index's own language, numbers, flags, texts at any
/// depth, phrases that would reach from one value into the next, and words longer than an index keeps.
struct RandomRecords {
    static let words = [
        "acme", "Acme", "ümlaut", "Ümlaut", "umlaut", "new", "york", "and", "or", "not", "near", "12", "12.50", "a",
        "ab",
        "abc", "ПРИВЕТ", "привет", "東京", "i1", "_o1", "c0", "name", "e\u{301}tude", "étude", "Straße", "O'Neil", "\"",
        "*",
        String(repeating: "x", count: 91), String(repeating: "x", count: 92), String(repeating: "x", count: 96),
        String(repeating: "x", count: 97), String(repeating: "é", count: 70), String(repeating: "東", count: 33),
    ]

    var random: SeededGenerator

    mutating func text() -> String {
        (0..<Int.random(in: 0...4, using: &random)).map { _ in word() }
            .joined(separator: [" ", "  ", "-", "\n", "@"].randomElement(using: &random) ?? " ")
    }

    mutating func word() -> String { Self.words.randomElement(using: &random) ?? "" }

    mutating func value(depth: Int = 2) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &random) {
        case 0: return .number(["1", "12", "-12.50", "1e9"].randomElement(using: &random) ?? "1")
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .null
        case 6: return .array((0..<2).map { _ in value(depth: depth - 1) })
        case 7, 8: return .object(members(depth: depth - 1))
        default: return .string(text())
        }
    }

    private mutating func members(depth: Int) -> [JSON.Member] {
        let names = ["Acme", "york", "attributes", "City__c", "new"]
        return (0..<Int.random(in: 0...3, using: &random)).map { _ in
            JSON.Member(names.randomElement(using: &random) ?? "", value(depth: depth))
        }
    }

    mutating func row(_ number: Int, at seconds: Int64) -> Observation {
        let extra = (0..<Int.random(in: 0...3, using: &random)).map { index in
            RecordFields.Field(name: "Field\(index)__c", raw: value().text)
        }
        return .row(
            number,
            object: ["Account", "Lead", "Invoice__c"].randomElement(using: &random) ?? "Account",
            at: seconds,
            name: text(),
            extra: extra,
            isDeleted: Int.random(in: 0..<5, using: &random) == 0
        )
    }

    mutating func search() -> WordSearch? {
        let text = (0..<Int.random(in: 1...2, using: &random)).map { _ in word() }.joined(separator: " ")
        return WordSearch(
            Bool.random(using: &random) ? text + "*" : String(text.dropLast(Int.random(in: 0...1, using: &random)))
        )
    }

    /// Mostly words, with other terms between them.
    mutating func expression(depth: Int = 3) -> EventExpression {
        func parts(_ records: inout RandomRecords) -> [EventExpression] {
            (0..<Int.random(in: 1...3, using: &records.random)).map { _ in records.expression(depth: depth - 1) }
        }
        switch Int.random(in: 0..<(depth > 0 ? 12 : 5), using: &random) {
        case 0, 1, 2: return search().map { .term(.words($0)) } ?? .everything
        case 3:
            let searches = (0..<2).compactMap { _ in search() }
            return searches.isEmpty ? .everything : .term(.name(Set(searches)))
        case 4:
            let others: [EventTerm] = [
                .changes([.created]), .states([.dead]), .objects(["lead", "Account"]), .instances(["2"]),
                .attempts([NumberRange(lower: 1)]), .since(Timestamp(seconds: 5020)),
            ]
            return others.randomElement(using: &random).map { .term($0) } ?? .everything
        case 5, 6, 7, 8: return .every(parts(&self))
        case 9, 10: return .either(parts(&self))
        default: return .not(expression(depth: depth - 1))
        }
    }
}
