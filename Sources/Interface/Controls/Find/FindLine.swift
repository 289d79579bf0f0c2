import Drawing

extension ActionContext {
    /// While a text to find is typed.
    static let findLine = ActionContext.overlay("find", "Find line", including: [.text])
    /// While something is looked for: its keys go before those of the pane.
    static let found = ActionContext.control("found", "Found places")
}

extension ActionID {
    static let find = ActionID("find")
    static let nextHit = ActionID("next-hit")
    static let previousHit = ActionID("previous-hit")
    static let keepFind = ActionID("keep-find")
    static let endFind = ActionID("end-find")
}

/// The line of a pane in which is typed what to find in it. It stays, with the count of what was found, until the search is
/// ended; what is looked for is the pane's business.
///
/// A pane holds one as long as something is looked for, adds `contexts` before its own, gives it letters while it `isTyping`, and
/// lets it `perform` actions first.
struct FindLine: Sendable {
    static let actions: [Action] = [
        Action(
            .find,
            [.ctrl("f")],
            "Find in the list, or in the text of the open event",
            hint: "find",
            in: [.events, .detail],
            onlyShows: true
        ),
        Action(.nextHit, [.character("n")], "Go to the next place found", hint: "next found", in: [.events, .detail]),
        Action(
            .previousHit,
            [.character("N")],
            "Go to the place found before",
            hint: "previous found",
            in: [.events, .detail]
        ),
        .keyed(.keepFind, [.enter], "Look at what was found", hint: "keep", in: [.findLine]),
        .keyed(.endFind, [.escape], "End the search", hint: "end search", in: [.findLine, .found]),
    ]

    private(set) var field = TextField()
    /// Whether it takes letters; afterwards it only shows what is looked for.
    private(set) var isTyping = true

    /// Where its keys are looked up before those of the pane.
    var contexts: [ActionContext] { isTyping ? [.findLine] : [.found] }

    /// What to look for; nil while nothing is typed.
    var query: FindQuery? { FindQuery(field.text) }

    /// Edits or moves; false if the action means nothing to a text, or it is not being typed.
    mutating func edit(_ action: ActionID) -> Bool { isTyping && field.perform(action) }

    mutating func insert(_ text: String) { field.insert(text, lineEnds: .blank) }

    /// Its letters are done; keys are the pane's again.
    mutating func keep() { isTyping = false }

    /// Takes letters again, in the place of what it says.
    mutating func reopen() {
        isTyping = true
        field.move(to: field.characters.count)
    }

    /// The cursor goes where it was clicked.
    mutating func click(column: Int, width: Int) { field.move(to: field.position(ofColumn: column, width: width)) }

    /// Draws itself into one row, `status` at its right: how much was found.
    func draw(in row: Rect, status: StyledText, hasFocus: Bool, _ painter: inout Painter) {
        guard !row.isEmpty else { return }
        let mark: DisplayText = row.width > 30 ? "Find " : "? "
        painter.canvas.draw(mark, at: row.origin, style: isTyping ? .accent : .dim)
        let shown = status.truncated(to: max(0, row.width / 2), mark: painter.glyphs.ellipsis)
        let box = row.inset(left: mark.width, right: shown.isEmpty ? 0 : shown.width + 2)
        let style: Style = isTyping ? .fieldFocus : .text
        painter.canvas.fill(box, style: style)
        let window = field.window(width: box.width, mark: painter.glyphs.ellipsis)
        painter.canvas.draw(window.text, at: box.origin, style: isTyping ? style : .match, width: box.width)
        if isTyping, hasFocus { painter.cursor = painter.canvas.visible(box.origin.offset(x: window.cursor)) }
        painter.hit(box, part: FindField(width: box.width, x: box.x))
        painter.canvas.draw(shown, in: row.inset(left: max(0, row.width - shown.width)))
    }
}

/// The text of the line, as the mouse hits it.
struct FindField {
    let width: Int
    let x: Int
}
