package import Drawing

/// Turns what `wgetch` or the line itself gives, bytes and key codes, into events; a state machine that survives split
/// reads.
package struct InputDecoder: Sendable {
    private enum State {
        case plain
        /// After `ESC`: Alt with the next key, or the key Esc if nothing follows at once.
        case escape
        /// After `ESC O`: a key of the keypad, or Alt with `O`.
        case keypad
        case control(ControlSequence)
        case string(ControlString)
        /// The paste itself stands beside the state, so that adding to it copies nothing.
        case paste
        case oldMouse([UInt8])
    }

    private let keys: KeyCodes
    private var state = State.plain
    private var pasted = Paste()
    private var utf8 = PartialScalar()
    private var codesInRead = 0
    private var last: Int32 = 0

    package init(keys: KeyCodes = .standard) {
        self.keys = keys
    }

    /// Whether a paste is under way, in which no byte is a key.
    var isInPaste: Bool { if case .paste = state { true } else { false } }

    /// Whether an `ESC` waits for what belongs to it.
    var isAfterEscape: Bool {
        switch state {
        case .escape, .keypad: true
        case .control(let sequence): sequence.isEmpty
        default: false
        }
    }

    /// Accepts one byte (0…255) or key code, and returns the events that it completes.
    package mutating func decode(_ code: Int32) -> [InputEvent] {
        codesInRead += 1
        last = code
        switch state {
        case .plain: return decodePlain(code, modifiers: [])
        case .paste: return decodePasted(code)
        case .escape: return decodeAfterEscape(code)
        case .keypad: return decodeAfterO(code)
        case .control(let sequence): return decode(code, in: sequence)
        case .string(let string): return decode(code, in: string)
        case .oldMouse(let bytes): return decode(code, in: bytes)
        }
    }

    /// Tells that nothing more is there for now: an `ESC` that nothing followed is the key.
    package mutating func endOfInput() -> [InputEvent] {
        defer { codesInRead = 0 }
        switch state {
        case .escape: return leave(with: .escape)
        case .keypad: return leave(with: .alt("O"))
        case .control(let sequence) where sequence.isEmpty: return leave(with: .alt("["))
        // Nothing that can follow makes these an answer, so nobody has to wait for it.
        case .string(let string) where string.isEmpty && !string.canBegin: return leave(with: string.key)
        // A paste whose end got lost would swallow all keys: Ctrl-C, alone in its read, ends it.
        case .paste where codesInRead == 1 && last == 3: return endPaste()
        default: return []
        }
    }

    private mutating func leave(with key: Key) -> [InputEvent] {
        state = .plain
        return [.key(key)]
    }

    private mutating func beginPaste() {
        pasted = Paste()
        state = .paste
    }

    private mutating func endPaste() -> [InputEvent] {
        state = .plain
        defer { pasted = Paste() }
        return [.paste(pasted.text)]
    }

    private mutating func decodePasted(_ code: Int32) -> [InputEvent] {
        guard let byte = UInt8(exactly: code) else { return keys.meaning(of: code) == .pasteEnd ? endPaste() : [] }
        return pasted.feed(byte) ? endPaste() : []
    }

    private mutating func decode(_ code: Int32, in sequence: ControlSequence) -> [InputEvent] {
        var sequence = sequence
        guard let byte = UInt8(exactly: code) else { return startOver(code) }
        switch sequence.feed(byte) {
        case .more: state = .control(sequence)
        case .done(let event):
            state = .plain
            return event.map { [$0] } ?? []
        case .pasteBegins: beginPaste()
        case .oldMouseBegins: state = .oldMouse([])
        case .foreign: return startOver(code)
        }
        return []
    }

    private mutating func decode(_ code: Int32, in string: ControlString) -> [InputEvent] {
        var string = string
        guard let byte = UInt8(exactly: code) else { return startOver(code) }
        if string.isEmpty, !string.canBegin(with: byte) { return [.key(string.key)] + startOver(code) }
        switch string.feed(byte) {
        case .more: state = .string(string)
        case .done: state = .plain
        // An `ESC` in the same read begins something else; one that stood alone was a person who wanted out.
        case .foreign where string.isEnding && codesInRead > 1: return decodeAfterEscape(code)
        case .foreign: return startOver(code)
        }
        return []
    }

    private mutating func decode(_ code: Int32, in report: [UInt8]) -> [InputEvent] {
        guard let byte = UInt8(exactly: code) else { return startOver(code) }
        let report = report + [byte]
        state = report.count < 3 ? .oldMouse(report) : .plain
        return MouseReport.event(old: report).map { [.mouse($0)] } ?? []
    }

    private mutating func startOver(_ code: Int32) -> [InputEvent] {
        state = .plain
        return decodePlain(code, modifiers: [])
    }

    private mutating func decodeAfterEscape(_ code: Int32) -> [InputEvent] {
        switch code {
        case 0x1B: return [.key(.escape)]
        case 0x5B:
            state = .control(ControlSequence())
            return []
        case 0x4F:
            state = .keypad
            return []
        default: break
        }
        if let byte = UInt8(exactly: code), let string = ControlString(introducer: byte) {
            state = .string(string)
            return []
        }
        state = .plain
        if code >= 0x100, case .key = keys.meaning(of: code) { return decodePlain(code, modifiers: .alt) }
        if code >= 0x100 { return [.key(.escape)] + decodePlain(code, modifiers: []) }
        return decodePlain(code, modifiers: .alt)
    }

    private mutating func decodeAfterO(_ code: Int32) -> [InputEvent] {
        guard let byte = UInt8(exactly: code), let key = ControlSequence.lettered[byte] else {
            return [.key(.alt("O"))] + startOver(code)
        }
        return leave(with: Key(key))
    }

    private mutating func decodePlain(_ code: Int32, modifiers: Key.Modifiers) -> [InputEvent] {
        guard let byte = UInt8(exactly: code) else { return utf8.abandon() + decodeKeyCode(code, modifiers: modifiers) }
        if byte >= 0x80 { return utf8.feed(byte, modifiers: modifiers) }
        return utf8.abandon() + decodeASCII(byte, modifiers: modifiers)
    }

    private mutating func decodeKeyCode(_ code: Int32, modifiers: Key.Modifiers) -> [InputEvent] {
        switch keys.meaning(of: code) {
        case .key(let key): return [.key(Key(key.code, key.modifiers.union(modifiers)))]
        case .focus(let gained): return [.focus(gained)]
        case .pasteBegin: beginPaste()
        case .mouseBegin: state = .control(ControlSequence([UInt8(ascii: "<")]))
        case .oldMouseBegin: state = .oldMouse([])
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

extension ControlString {
    /// The key that the introducer is without a string behind it.
    fileprivate var key: Key { .alt(Character(Unicode.Scalar(introducer))) }

    /// Whether any answer begins like this.
    fileprivate var canBegin: Bool { introducer != UInt8(ascii: "^") && introducer != UInt8(ascii: "X") }
}
