import Drawing

/// Collects a control sequence that ncurses doesn't know: parameters and a final byte.
///
/// One that is too long is consumed to its end as well, so that nothing of it is typed in.
struct ControlSequence {
    enum Step: Equatable {
        case more
        /// The sequence is complete; nil if it means nothing to us.
        case done(InputEvent?)
        case pasteBegins
        /// The three bytes of an old mouse report follow.
        case oldMouseBegins
        /// This byte can't stand in a sequence: what was collected is given up, and the byte is for somebody else.
        case foreign
    }

    private static let longest = 64
    private var bytes: [UInt8]
    private var isTooLong = false

    init(_ start: [UInt8] = []) { bytes = start }

    var isEmpty: Bool { bytes.isEmpty }

    mutating func feed(_ byte: UInt8) -> Step {
        switch byte {
        case 0x20...0x3F:
            if bytes.count < Self.longest { bytes.append(byte) } else { isTooLong = true }
            return .more
        case 0x40...0x7E: return isTooLong ? .done(nil) : finish(byte)
        default: return .foreign
        }
    }

    private func finish(_ final: UInt8) -> Step {
        let letter = Unicode.Scalar(final)
        if bytes.first == UInt8(ascii: "<"), letter == "M" || letter == "m" {
            return .done(MouseReport.event(bytes.dropFirst(), isRelease: letter == "m").map { .mouse($0) })
        }
        if bytes.isEmpty {
            switch letter {
            case "M": return .oldMouseBegins
            case "I": return .done(.focus(true))
            case "O": return .done(.focus(false))
            default: break
            }
        }
        if letter == "~", bytes == Array("200".utf8) { return .pasteBegins }
        return .done(key(final: final).map { .key($0) })
    }

    /// Private sequences (`ESC [ ?`) and those with intermediate bytes are answers of the terminal, never keys.
    private func key(final: UInt8) -> Key? {
        let isPlain = bytes.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ";") }
        guard isPlain else { return nil }
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
        UInt8(ascii: "H"): .home, UInt8(ascii: "F"): .end, UInt8(ascii: "Z"): .backTab, UInt8(ascii: "M"): .enter,
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
