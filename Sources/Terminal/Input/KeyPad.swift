import CNcurses

/// Reads bytes and key codes from ncurses.
///
/// It reads from a pad of one cell: reading from a window would refresh the screen behind the presenter's back.
@safe
struct KeyPad {
    private let pad: UnsafeMutablePointer<WINDOW>?

    init() {
        unsafe pad = newpad(1, 1)
        unsafe keypad(pad, true)
        unsafe nodelay(pad, true)
        defineKeys()
    }

    /// The next byte or key code; nil if nothing waits.
    func next() -> Int32? {
        let code = unsafe wgetch(pad)
        // ncurses queues KEY_RESIZE for a resize that we made ourselves.
        return code == ERR ? nil : code == KEY_RESIZE ? next() : code
    }

    /// The codes of this terminal: those of all, and those that only its description names.
    func codes() -> KeyCodes {
        var codes = KeyCodes.standard
        for code in (KEY_MAX + 1)..<(KEY_MAX + 300) {
            guard let name = unsafe keyname(code) else { continue }
            codes.add(code, terminfoName: unsafe String(cString: name))
        }
        return codes
    }

    /// Sequences that terminals send and their descriptions leave out.
    private func defineKeys() {
        let sequences: [(String, Int32)] = [
            ("[A", KEY_UP), ("[B", KEY_DOWN), ("[C", KEY_RIGHT), ("[D", KEY_LEFT), ("OA", KEY_UP), ("OB", KEY_DOWN),
            ("OC", KEY_RIGHT), ("OD", KEY_LEFT), ("[H", KEY_HOME), ("[F", KEY_END), ("OH", KEY_HOME), ("OF", KEY_END),
            ("[1~", KEY_HOME), ("[4~", KEY_END), ("[7~", KEY_HOME), ("[8~", KEY_END), ("[2~", KEY_IC), ("[3~", KEY_DC),
            ("[5~", KEY_PPAGE), ("[6~", KEY_NPAGE), ("[Z", KEY_BTAB), ("OM", KEY_ENTER),
            ("OP", cn_function_key(1)), ("OQ", cn_function_key(2)), ("OR", cn_function_key(3)),
            ("OS", cn_function_key(4)), ("[11~", cn_function_key(1)), ("[12~", cn_function_key(2)),
            ("[13~", cn_function_key(3)), ("[14~", cn_function_key(4)), ("[[A", cn_function_key(1)),
            ("[[B", cn_function_key(2)), ("[[C", cn_function_key(3)), ("[[D", cn_function_key(4)),
            ("[[E", cn_function_key(5)),
            ("[I", KeyCodes.focusIn), ("[O", KeyCodes.focusOut), ("[200~", KeyCodes.pasteBegin),
            ("[201~", KeyCodes.pasteEnd), ("[<", KeyCodes.mouseBegin),
            ("[M", KeyCodes.oldMouseBegin),
        ]
        for (sequence, code) in sequences { unsafe define_key("\u{1B}\(sequence)", code) }
    }
}
