/// What scalars spell as JSON, compared to the letter: no rounding to a `Double`, no folding of Unicode's equivalents.
package enum JSONText {
    /// Whether two numbers are equal as decimal fractions, however they are written; nil if one is no number.
    package static func sameNumber(_ first: String, _ second: String) -> Bool? {
        guard let first = Decimal(first), let second = Decimal(second) else { return nil }
        return first == second
    }

    /// Whether two string literals, quotes included, spell the same UTF-16 units: `"\u00e9"` and `"é"` do.
    package static func sameString(_ first: String, _ second: String) -> Bool {
        if first.hasSameBytes(as: second) { return true }
        // Without an escape each text has one spelling.
        return (first.utf8.contains(0x5C) || second.utf8.contains(0x5C)) && units(first) == units(second)
    }

    /// A number as its significant digits and the power of ten behind them.
    private struct Decimal: Hashable {
        var isNegative = false
        var digits: [UInt8] = []
        var exponent = 0

        /// Beyond them a number is compared as it is spelled. No record holds one; a hostile webhook may.
        private static let powers = -999_999...999_999

        init?(_ text: String) {
            var rest = text.utf8[...]
            if rest.first == UInt8(ascii: "-") {
                isNegative = true
                rest = rest.dropFirst()
            }
            var hasDigit = false
            var isFraction = false
            while let byte = rest.first {
                if (0x30...0x39).contains(byte) {
                    hasDigit = true
                    digits.append(byte)
                    if isFraction { exponent -= 1 }
                } else if byte == UInt8(ascii: "."), !isFraction {
                    isFraction = true
                } else {
                    break
                }
                rest = rest.dropFirst()
            }
            guard hasDigit else { return nil }
            if let mark = rest.first {
                guard mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E"),
                    let power = Int(Substring(rest.dropFirst())), Self.powers.contains(power)
                else { return nil }
                exponent += power
            }
            digits = Array(digits.drop { $0 == 0x30 })
            while digits.last == 0x30 {
                digits.removeLast()
                exponent += 1
            }
            if digits.isEmpty { (isNegative, exponent) = (false, 0) }
        }
    }

    private static func units(_ literal: String) -> [UInt16] {
        var out: [UInt16] = []
        var rest = literal.utf16.dropFirst().dropLast().makeIterator()
        while let unit = rest.next() {
            guard unit == 0x5C, let escape = rest.next() else {
                out.append(unit)
                continue
            }
            switch escape {
            case 0x62: out.append(0x08)
            case 0x66: out.append(0x0C)
            case 0x6E: out.append(0x0A)
            case 0x72: out.append(0x0D)
            case 0x74: out.append(0x09)
            case 0x75:
                var value: UInt16 = 0
                for _ in 0..<4 { value = value << 4 | UInt16(rest.next().flatMap(hexDigit) ?? 0) }
                out.append(value)
            default: out.append(escape)
            }
        }
        return out
    }

    private static func hexDigit(_ unit: UInt16) -> Int? {
        Unicode.Scalar(unit).flatMap { Character($0).hexDigitValue }
    }
}
