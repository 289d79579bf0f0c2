import Drawing

/// Puts the bytes of a UTF-8 sequence together, which may come in several reads.
struct PartialScalar {
    private var bytes: [UInt8] = []
    private var missing = 0
    private var modifiers: Key.Modifiers = []

    /// Accepts a byte of 0x80 or more.
    mutating func feed(_ byte: UInt8, modifiers: Key.Modifiers) -> [InputEvent] {
        if byte & 0xC0 == 0x80, missing > 0 {
            bytes.append(byte)
            missing -= 1
            return missing == 0 ? complete() : []
        }
        let before = abandon()
        self.modifiers = modifiers
        switch byte {
        case 0xC2...0xDF: missing = 1
        case 0xE0...0xEF: missing = 2
        case 0xF0...0xF4: missing = 3
        default: return before + [.key(Key(.character("\u{FFFD}"), modifiers))]
        }
        bytes = [byte]
        return before
    }

    /// Gives up an unfinished sequence because something else came.
    mutating func abandon() -> [InputEvent] {
        guard missing > 0 else { return [] }
        missing = 0
        return [.key(Key(.character("\u{FFFD}"), modifiers))]
    }

    private func complete() -> [InputEvent] {
        String(decoding: bytes, as: UTF8.self).unicodeScalars.map {
            .key(Key(.character(Character($0)), modifiers))
        }
    }
}
