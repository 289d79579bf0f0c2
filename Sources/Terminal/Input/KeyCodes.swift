import CNcurses
package import Drawing

/// What the codes mean that ncurses gives for keys it knows from the terminal's description.
package struct KeyCodes: Sendable {
    package enum Meaning: Hashable, Sendable {
        case key(Key)
        case pasteBegin
        case pasteEnd
        case focus(Bool)
        case mouseBegin
        case oldMouseBegin
    }

    private var meanings: [Int32: Meaning]

    /// The meaning of a code of 256 or more; nil for keys that nobody uses.
    func meaning(of code: Int32) -> Meaning? { meanings[code] }

    /// Codes of our own, beyond those that ncurses gives by itself.
    package static let pasteBegin: Int32 = 2001
    package static let pasteEnd: Int32 = 2002
    package static let focusIn: Int32 = 2003
    package static let focusOut: Int32 = 2004
    package static let mouseBegin: Int32 = 2005
    package static let oldMouseBegin: Int32 = 2006

    /// The codes that are the same everywhere.
    package static let standard: KeyCodes = {
        var meanings: [Int32: Meaning] = [
            KEY_UP: .key(.up), KEY_DOWN: .key(.down), KEY_LEFT: .key(.left), KEY_RIGHT: .key(.right),
            KEY_HOME: .key(.home), KEY_END: .key(.end), KEY_PPAGE: .key(.pageUp), KEY_NPAGE: .key(.pageDown),
            KEY_IC: .key(.insert), KEY_DC: .key(.delete), KEY_BACKSPACE: .key(.backspace), KEY_ENTER: .key(.enter),
            KEY_BTAB: .key(.backTab), KEY_FIND: .key(.home), KEY_SELECT: .key(.end),
            KEY_A1: .key(.home), KEY_A3: .key(.pageUp), KEY_C1: .key(.end), KEY_C3: .key(.pageDown),
            KEY_SR: .key(Key(.up, .shift)), KEY_SF: .key(Key(.down, .shift)),
            KEY_SLEFT: .key(Key(.left, .shift)), KEY_SRIGHT: .key(Key(.right, .shift)),
            KEY_SHOME: .key(Key(.home, .shift)), KEY_SEND: .key(Key(.end, .shift)),
            KEY_SPREVIOUS: .key(Key(.pageUp, .shift)), KEY_SNEXT: .key(Key(.pageDown, .shift)),
            KEY_SIC: .key(Key(.insert, .shift)), KEY_SDC: .key(Key(.delete, .shift)),
            pasteBegin: .pasteBegin, pasteEnd: .pasteEnd, mouseBegin: .mouseBegin,
            oldMouseBegin: .oldMouseBegin,
            focusIn: .focus(true), focusOut: .focus(false),
        ]
        // xterm counts shifted function keys on: F13 is Shift+F1, F25 is Ctrl+F1.
        let layers: [Key.Modifiers] = [[], .shift, .ctrl, [.ctrl, .shift], .alt]
        for number in 1...60 {
            let key = Key(.function((number - 1) % 12 + 1), layers[(number - 1) / 12])
            meanings[cn_function_key(Int32(number))] = .key(key)
        }
        return KeyCodes(meanings: meanings)
    }()

    /// Adds a code that only this terminal has, by the name that terminfo gives it (`kUP5` is Ctrl+Up).
    package mutating func add(_ code: Int32, terminfoName name: String) {
        guard let digit = name.last?.wholeNumberValue, let modifiers = Self.modifiers(xterm: digit) else { return }
        let codes: [String: Key.Code] = [
            "kUP": .up, "kDN": .down, "kLFT": .left, "kRIT": .right, "kHOM": .home, "kEND": .end, "kPRV": .pageUp,
            "kNXT": .pageDown, "kIC": .insert, "kDC": .delete,
        ]
        guard let key = codes[String(name.dropLast())] else { return }
        meanings[code] = .key(Key(key, modifiers))
    }

    /// The modifiers that xterm's parameter stands for: 2 is Shift, 3 Alt, 5 Ctrl, and sums less one.
    static func modifiers(xterm parameter: Int) -> Key.Modifiers? {
        guard (1...8).contains(parameter) else { return nil }
        var modifiers: Key.Modifiers = []
        if (parameter - 1) & 1 != 0 { modifiers.insert(.shift) }
        if (parameter - 1) & 2 != 0 { modifiers.insert(.alt) }
        if (parameter - 1) & 4 != 0 { modifiers.insert(.ctrl) }
        return modifiers
    }
}
