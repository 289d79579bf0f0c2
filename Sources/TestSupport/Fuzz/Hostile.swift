package import Primitives

/// Makes input that keeps a grammar and goes to its edges: extreme numbers, deep nesting, odd texts, cut-offs.
package struct Hostile {
    package var random: SeededGenerator

    package init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    package mutating func chance(_ part: Int, in whole: Int) -> Bool {
        Int.random(in: 0..<whole, using: &random) < part
    }

    package mutating func one<Value>(of values: [Value], or other: Value) -> Value {
        values.randomElement(using: &random) ?? other
    }

    package static let numbers = [
        "0", "-0", "1", "-1", "1.50", "1e308", "1e309", "-1e309", "1e-400", "9223372036854775807",
        "-9223372036854775808", "9223372036854775808", "18446744073709551616", "1e9223372036854775807",
        "1e-9223372036854775808", "1e9223372036854775808", "0e-9223372036854775808", "1E+999999", "1e-999999",
        "1e1000000", "2147483648", "4294967296", "65536", "0.1e2147483648", "99999999999999999999999999",
        "-62167219200001", "253402300800000",
    ]

    package mutating func number() -> String {
        if chance(3, in: 4) { return one(of: Self.numbers, or: "0") }
        let digits = (0..<Int.random(in: 1...30, using: &random)).map { _ in
            String(Int.random(in: 0...9, using: &random))
        }
        let exponent = chance(1, in: 2) ? "e\(Int.random(in: .min ... .max, using: &random))" : ""
        return (chance(1, in: 2) ? "-" : "") + "1" + digits.joined() + "." + digits.joined() + exponent
    }

    private static let texts = [
        "", " ", "Acme", "001000000000001AAA", "2026-11-23T18:00:00.000+0000", "9999-12-31T23:59:60.999-9959",
        "0000-01-01T00:00:00.000+2359", "\\u0000", "\\ud800", "\\udc00\\ud800", "\\u202e", "\u{FEFF}", "e\u{301}",
        "\\\"", "é", "👨‍👩‍👧‍👦", "null", "true", "-", "1e", "%", "<![CDATA[", "&#x0;",
    ]

    /// The inside of a string of JSON.
    package mutating func text() -> String {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: number()
        case 1: String(repeating: one(of: Self.texts, or: ""), count: Int.random(in: 1...40, using: &random))
        default: one(of: Self.texts, or: "")
        }
    }

    package mutating func json(depth: Int = 0) -> String {
        switch Int.random(in: 0..<(depth > 4 ? 5 : 9), using: &random) {
        case 0, 1: return number()
        case 2, 3: return "\"\(text())\""
        case 4: return one(of: ["null", "true", "false"], or: "null")
        case 5, 6:
            let members = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                "\"\(text())\":\(json(depth: depth + 1))"
            }
            return "{" + members.joined(separator: ",") + "}"
        case 7: return "[" + (0..<3).map { _ in json(depth: depth + 1) }.joined(separator: ",") + "]"
        default:
            let deep = one(of: [10, 120, 127, 128, 129, 5000], or: 10)
            return String(repeating: "[", count: deep) + number() + String(repeating: "]", count: deep)
        }
    }

    package static let fieldNames = [
        "Id", "Name", "Amount", "CreatedDate", "SystemModstamp", "IsDeleted", "attributes",
    ]

    /// A record as an org sends it, with values that none would.
    package mutating func record() -> String {
        let type = one(of: ["Account", "Invoice__c", ""], or: "")
        var members = ["\"attributes\":{\"type\":\"\(type)\"}", "\"Id\":\"001000000000001AAA\""]
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            members.append("\"\(one(of: Self.fieldNames, or: "Name"))\":\(json())")
        }
        members.shuffle(using: &random)
        return "{" + members.joined(separator: ",") + "}"
    }

    /// Bytes with a few faults: cut off, doubled, changed, put in from elsewhere.
    package mutating func damaged(_ text: String) -> [UInt8] {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            guard !bytes.isEmpty else { break }
            let at = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes.removeSubrange(at...)
            case 1: bytes[at] = UInt8.random(in: .min ... .max, using: &random)
            case 2:
                bytes.insert(
                    contentsOf: one(of: [[0xC3], [0xED, 0xA0, 0x80], [0xFF], [0x00], [0xF4, 0x90]], or: [0xFF]),
                    at: at
                )
            case 3: bytes.insert(contentsOf: number().utf8, at: at)
            case 4: bytes.insert(contentsOf: bytes[at...].prefix(40), at: at)
            default: bytes.remove(at: at)
            }
        }
        return bytes
    }

    /// Words of a small language, with extreme numbers and odd texts among them.
    package mutating func words(of parts: [String], atMost count: Int) -> String {
        (0..<Int.random(in: 0...count, using: &random)).map { _ in
            switch Int.random(in: 0..<5, using: &random) {
            case 0: number()
            case 1: text()
            default: one(of: parts, or: "")
            }
        }.joined()
    }
}
