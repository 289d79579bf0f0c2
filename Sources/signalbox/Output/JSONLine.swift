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

    /// Below DEL JSON has escaped what stands in a text; a blank between values is not to be.
    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool { scalar.value >= 0x7F && scalar.isInvisible }
}

extension JSON {
    /// An object with one more member at its end.
    func adding(_ name: String, _ value: JSON) -> JSON { .object((members ?? []) + [Member(name, value)]) }
}
