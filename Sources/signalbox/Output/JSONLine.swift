import Domain
import Primitives

extension JSON {
    /// One line that a terminal can show unharmed: what it might obey or hide is written as an escape of
    /// JSON, like `\u009b`, which says the same.
    var line: String {
        let text = text
        guard text.unicodeScalars.contains(where: Self.isHarmful) else { return text }
        var out = ""
        out.reserveCapacity(text.utf8.count + 16)
        for scalar in text.unicodeScalars {
            if Self.isHarmful(scalar) {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    /// DEL, C1 controls, and format characters that reorder or hide text.
    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x7F...0x9F, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF, 0xE0000...0xE007F: true
        default: false
        }
    }
}

extension JSON {
    /// An object with one more member at its end.
    func adding(_ name: String, _ value: JSON) -> JSON { .object((members ?? []) + [Member(name, value)]) }
}
