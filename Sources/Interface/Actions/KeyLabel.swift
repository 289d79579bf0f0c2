import Drawing

extension Key {
    /// The key as hints show it: `^S`, `⏎`, `Esc`.
    func label(_ glyphs: Glyphs) -> DisplayText {
        let base: DisplayText =
            switch code {
            case .character(" "): "Space"
            case .character(let character):
                DisplayText(modifiers.contains(.ctrl) ? String(character).uppercased() : String(character))
            case .enter: glyphs.isASCII ? "Enter" : glyphs.enter
            case .escape: "Esc"
            case .tab: "Tab"
            case .backTab: "Shift+Tab"
            case .up: glyphs.up
            case .down: glyphs.down
            case .left: glyphs.left
            case .right: glyphs.right
            case .home: "Home"
            case .end: "End"
            case .pageUp: "PgUp"
            case .pageDown: "PgDn"
            case .insert: "Ins"
            case .delete: "Del"
            case .backspace: "Backspace"
            case .function(let number): DisplayText("F\(number)")
            }
        var prefix: DisplayText = ""
        if modifiers.contains(.ctrl) { prefix = "^" }
        if modifiers.contains(.alt) { prefix = "Alt+" + prefix }
        if modifiers.contains(.shift) { prefix = "Shift+" + prefix }
        return prefix + base
    }
}

extension Key {
    /// Whether a text would take the key as one of its letters.
    var isLetter: Bool { letter != nil }

    /// The letter that a text would take.
    var letter: Character? { if case .character(let letter) = code, modifiers.isEmpty { letter } else { nil } }
}
