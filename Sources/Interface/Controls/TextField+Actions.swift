import Drawing

extension ActionID {
    static let cursorLeft = ActionID("cursor-left")
    static let cursorRight = ActionID("cursor-right")
    static let cursorHome = ActionID("cursor-home")
    static let cursorEnd = ActionID("cursor-end")
    static let wordLeft = ActionID("word-left")
    static let wordRight = ActionID("word-right")
    static let deleteLeft = ActionID("delete-left")
    static let deleteRight = ActionID("delete-right")
    static let deleteWordLeft = ActionID("delete-word-left")
    static let deleteWordRight = ActionID("delete-word-right")
    static let deleteToStart = ActionID("delete-to-start")
    static let deleteToEnd = ActionID("delete-to-end")
    static let undoEdit = ActionID("undo-edit")
}

extension TextField {
    static let actions: [Action] = [
        editing(.cursorLeft, [.left, .ctrl("b")], "A character to the left"),
        editing(.cursorRight, [.right, .ctrl("f")], "A character to the right"),
        editing(.cursorHome, [.home, .ctrl("a")], "To the start of the text"),
        editing(.cursorEnd, [.end, .ctrl("e")], "To the end of the text"),
        editing(.wordLeft, [.alt("b"), Key(.left, .ctrl), Key(.left, .alt)], "A word to the left"),
        editing(.wordRight, [.alt("f"), Key(.right, .ctrl), Key(.right, .alt)], "A word to the right"),
        editing(.deleteLeft, [.backspace, .ctrl("h")], "Delete the character before the cursor"),
        editing(.deleteRight, [.delete, .ctrl("d")], "Delete the character at the cursor"),
        editing(
            .deleteWordLeft,
            [.ctrl("w"), Key(.backspace, .alt), Key(.backspace, .ctrl)],
            "Delete the word before the cursor"
        ),
        editing(.deleteWordRight, [.alt("d"), Key(.delete, .ctrl)], "Delete the word at the cursor"),
        editing(.deleteToStart, [.ctrl("u")], "Delete all before the cursor"),
        editing(.deleteToEnd, [.ctrl("k")], "Delete all from the cursor on"),
        editing(.undoEdit, [.ctrl("_"), .ctrl("/")], "Undo the last edit of the text"),
    ]

    private static func editing(_ id: ActionID, _ keys: [Key], _ title: String) -> Action {
        .keyed(id, keys, title, hint: "edit", in: [.text])
    }

    /// Edits or moves; false if the action means nothing to a text.
    mutating func perform(_ action: ActionID) -> Bool {
        switch action {
        case .cursorLeft: move(to: cursor - 1)
        case .cursorRight: move(to: cursor + 1)
        case .cursorHome: move(to: 0)
        case .cursorEnd: move(to: characters.count)
        case .wordLeft: move(to: wordStart)
        case .wordRight: move(to: wordEnd)
        case .deleteLeft: remove(cursor - 1..<cursor)
        case .deleteRight: remove(cursor..<cursor + 1)
        case .deleteWordLeft: remove(wordStart..<cursor)
        case .deleteWordRight: remove(cursor..<wordEnd)
        case .deleteToStart: remove(0..<cursor)
        case .deleteToEnd: remove(cursor..<characters.count)
        case .undoEdit: undo()
        default: return false
        }
        return true
    }
}
