import Drawing

/// Collects a control sequence that the terminal's description doesn't know: parameters and a final byte.
struct ControlSequence {
    enum Step {
        case more
        /// The sequence is complete; nil if it is no key that we know.
        case done(Key?)
    }

    private static let longest = 32
    private var bytes: [UInt8] = []

    var isEmpty: Bool { bytes.isEmpty }

    mutating func take(_ byte: UInt8) -> Step {
        switch byte {
        case 0x20...0x3F where bytes.count < Self.longest:
            bytes.append(byte)
            return .more
        case 0x40...0x7E: return .done(key(final: byte))
        default: return .done(nil)
        }
    }

    private func key(final: UInt8) -> Key? {
        let numbers = bytes.split(separator: UInt8(ascii: ";")).map { Int(String(decoding: $0, as: UTF8.self)) }
        guard let modifiers = KeyCodes.modifiers(xterm: numbers.count > 1 ? numbers[1] ?? 1 : 1) else { return nil }
        if final == UInt8(ascii: "~") {
            guard let number = numbers.first ?? nil, let code = Self.numbered[number] else { return nil }
            return Key(code, modifiers)
        }
        return Self.lettered[final].map { Key($0, modifiers) }
    }

    /// Keys by the letter that ends their sequence; the same after `ESC [` and `ESC O`.
    static let lettered: [UInt8: Key.Code] = [
        UInt8(ascii: "A"): .up, UInt8(ascii: "B"): .down, UInt8(ascii: "C"): .right, UInt8(ascii: "D"): .left,
        UInt8(ascii: "H"): .home, UInt8(ascii: "F"): .end, UInt8(ascii: "Z"): .backTab,
        UInt8(ascii: "P"): .function(1), UInt8(ascii: "Q"): .function(2), UInt8(ascii: "R"): .function(3),
        UInt8(ascii: "S"): .function(4),
    ]

    private static let numbered: [Int: Key.Code] = [
        1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
        11: .function(1), 12: .function(2), 13: .function(3), 14: .function(4), 15: .function(5),
        17: .function(6), 18: .function(7), 19: .function(8), 20: .function(9), 21: .function(10),
        23: .function(11), 24: .function(12),
    ]
}
