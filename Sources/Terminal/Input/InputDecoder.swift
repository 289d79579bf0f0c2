package import Drawing

/// Turns what `wgetch` gives, bytes and key codes, into events; a state machine that survives split reads.
package struct InputDecoder: Sendable {
    private enum State {
        case plain
        /// After `ESC`: Alt with the next key, or the key Esc if nothing follows at once.
        case escape
        case control(ControlSequence)
        case paste(Paste)
        case mouse(MouseReport)
    }

    private let keys: KeyCodes
    private var state = State.plain
    private var utf8 = PartialScalar()
    private var taken = 0
    private var last: Int32 = 0

    package init(keys: KeyCodes = .standard) {
        self.keys = keys
    }

    /// Takes one byte (0…255) or key code, and gives the events that it completes.
    package mutating func decode(_ code: Int32) -> [InputEvent] {
        taken += 1
        last = code
        switch state {
        case .paste(var paste):
            if keys.meaning(of: code) == .pasteEnd {
                state = .plain
                return [.paste(paste.text)]
            }
            if let byte = UInt8(exactly: code) { paste.take(byte) }
            state = .paste(paste)
            return []
        case .mouse(var report):
            guard let byte = UInt8(exactly: code) else { break }
            switch report.take(byte) {
            case .more: state = .mouse(report)
            case .done(let event):
                state = .plain
                return event.map { [.mouse($0)] } ?? []
            case .wrong: state = .plain
            }
            return []
        case .control(var sequence):
            guard let byte = UInt8(exactly: code) else { break }
            switch sequence.take(byte) {
            case .more: state = .control(sequence)
            case .done(let key):
                state = .plain
                return key.map { [.key($0)] } ?? []
            }
            return []
        case .escape: return decodeAfterEscape(code)
        case .plain: break
        }
        state = .plain
        return decodePlain(code, modifiers: [])
    }

    /// Tells that nothing more is there for now: an `ESC` that nothing followed is the key.
    package mutating func endOfInput() -> [InputEvent] {
        defer { taken = 0 }
        switch state {
        case .escape:
            state = .plain
            return [.key(.escape)]
        case .control(let sequence) where sequence.isEmpty:
            state = .plain
            return [.key(.alt("["))]
        // A paste whose end got lost would swallow all keys: Ctrl-C, alone in its read, ends it.
        case .paste(let paste) where taken == 1 && last == 3:
            state = .plain
            return [.paste(paste.text)]
        default: return []
        }
    }

    private mutating func decodeAfterEscape(_ code: Int32) -> [InputEvent] {
        switch code {
        case 0x1B: return [.key(.escape)]
        case 0x5B:
            state = .control(ControlSequence())
            return []
        default: break
        }
        state = .plain
        if code >= 0x100, case .key = keys.meaning(of: code) { return decodePlain(code, modifiers: .alt) }
        if code >= 0x100 { return [.key(.escape)] + decodePlain(code, modifiers: []) }
        return decodePlain(code, modifiers: .alt)
    }

    private mutating func decodePlain(_ code: Int32, modifiers: Key.Modifiers) -> [InputEvent] {
        guard let byte = UInt8(exactly: code) else { return utf8.abandon() + decodeKeyCode(code, modifiers: modifiers) }
        if byte >= 0x80 { return utf8.take(byte, modifiers: modifiers) }
        return utf8.abandon() + decodeASCII(byte, modifiers: modifiers)
    }

    private mutating func decodeKeyCode(_ code: Int32, modifiers: Key.Modifiers) -> [InputEvent] {
        switch keys.meaning(of: code) {
        case .key(let key): return [.key(Key(key.code, key.modifiers.union(modifiers)))]
        case .focus(let gained): return [.focus(gained)]
        case .pasteBegin: state = .paste(Paste())
        case .mouseBegin: state = .mouse(MouseReport())
        case .pasteEnd, nil: break
        }
        return []
    }

    private mutating func decodeASCII(_ byte: UInt8, modifiers: Key.Modifiers) -> [InputEvent] {
        let key: Key
        switch byte {
        case 0x1B:
            state = .escape
            return []
        case 0x00: key = .ctrl(" ")
        case 0x08, 0x7F: key = .backspace
        case 0x09: key = .tab
        case 0x0A, 0x0D: key = .enter
        case 0x01...0x1A: key = .ctrl(Character(Unicode.Scalar(byte + 0x60)))
        case 0x1C...0x1F: key = .ctrl(Character(Unicode.Scalar(byte + 0x40)))
        default: key = .character(Character(Unicode.Scalar(byte)))
        }
        return [.key(Key(key.code, key.modifiers.union(modifiers)))]
    }
}
