import Domain
import Drawing

/// Rows that are found by some of their letters: the query, what it leaves, and the cursor among them.
struct Finder: Sendable {
    /// One row.
    struct Item: Sendable {
        let title: String
        /// What others call it: found as the title is, and not shown.
        var words = ""
        /// Its keys, or what kind of thing it is.
        let note: DisplayText
        let effect: Effect
        /// Whether it can be done now.
        var isEnabled = true
        /// Whether people gave it its name: that is found before what else is called so.
        var isNamed = false
    }

    /// As much as it is worth that a text begins with a word.
    private static let nameBonus = 8

    /// A row, as the mouse hits it.
    struct Row {
        let effect: Effect
    }

    private(set) var query = TextField()
    private(set) var selection = 0

    static let hints: [Hint] = [
        .action(.submit, "run"), .action(.close), .action(.selectDown), .action(.selectUp),
    ]

    /// Those that fit the query, best first; all in their order without one.
    func matches(_ items: [Item]) -> [Item] {
        let query = query.text.trimmed
        guard !query.isEmpty else { return items }
        return items.enumerated().compactMap { index, item in
            FuzzyMatch.score(query, in: item.title, or: item.words)
                .map { (item, score: $0 + (item.isNamed ? Self.nameBonus : 0), index) }
        }.sorted { ($1.score, $0.2) < ($0.score, $1.2) }.map(\.0)
    }

    /// Goes to the first one that can be done.
    mutating func selectEnabled(_ items: [Item]) {
        selection = matches(items).firstIndex(where: \.isEnabled) ?? 0
    }

    mutating func perform(_ action: ActionID, _ items: [Item], page: Int, _ effects: inout Effects) -> Bool {
        let matches = matches(items)
        switch action {
        case .close: effects.close()
        case .submit: if matches.indices.contains(selection) { run(matches[selection].effect, &effects) }
        default:
            // The ends are the query's.
            if let motion = ListMotion(action, page: page), case .rows = motion {
                selection = motion.index(from: selection, count: matches.count)
            } else {
                guard query.perform(action) else { return false }
                selection = 0
            }
        }
        return true
    }

    mutating func paste(_ text: String, _ effects: inout Effects) {
        query.insert(text, lineEnds: .blank)
        selection = 0
        effects.warn(ifCut: query)
    }

    mutating func press(_ part: any Sendable, _ effects: inout Effects) {
        if let row = part as? Row { run(row.effect, &effects) }
    }

    mutating func scroll(by rows: Int, _ items: [Item]) {
        selection = ListMotion.rows(rows).index(from: selection, count: matches(items).count)
    }

    private func run(_ effect: Effect, _ effects: inout Effects) {
        effects.close()
        effects.add([effect])
    }

    /// Draws the query and the rows in a window; `width` columns wide where there is room.
    func draw(_ items: [Item], title: DisplayText, mark: DisplayText, none: DisplayText, _ painter: inout Painter) {
        let matches = matches(items)
        let room = painter.context.settings.size.height
        let rows = max(1, min(items.count, room - 7))
        let inner = painter.window(
            Size(width: 76, height: rows + 4),
            title: title,
            footer: painter.context.offers((.submit, "runs"), (.close, "closes"))
        )
        let typed = query.window(width: max(1, inner.width - 2), mark: painter.glyphs.ellipsis)
        painter.canvas.draw(mark, at: inner.origin, style: Style(.key, on: .overlay))
        if query.isEmpty {
            let hint: DisplayText = "type to search"
            painter.canvas.draw(hint, in: inner.row(0).inset(left: 3), style: Style(.faint, on: .overlay))
        }
        painter.canvas.draw(typed.text, at: inner.origin.offset(x: 2), style: Style(.text, on: .overlay))
        painter.cursor = painter.canvas.visible(inner.origin.offset(x: 2 + typed.cursor))
        let body = inner.inset(top: 2)
        if matches.isEmpty { painter.canvas.draw(none, in: body, style: Style(.dim, on: .overlay)) }
        let first = max(0, selection - body.height + 1)
        for (row, item) in matches.dropFirst(first).prefix(body.height).enumerated() {
            draw(item, isSelected: first + row == selection, in: body.row(row), &painter)
        }
        painter.scrollbar(total: matches.count, offset: first, beside: body)
    }

    private func draw(_ item: Item, isSelected: Bool, in line: Rect, _ painter: inout Painter) {
        let ground: StyleRole = isSelected ? .selection : .overlay
        painter.canvas.fill(line, style: Style(.text, on: ground))
        // On the ground of the cursor not every theme shows that a word is faint.
        let isRefused = isSelected && !item.isEnabled
        let note = (isRefused ? "not now  " + item.note : item.note)
            .truncated(to: max(0, line.width / 2), mark: painter.glyphs.ellipsis)
        painter.canvas.draw(
            DisplayText(item.title),
            in: line.inset(left: 1, right: note.width + 2),
            style: Style(item.isEnabled ? .text : .faint, on: ground)
        )
        painter.canvas.draw(note, in: line.inset(x: 1), .right, style: Style(.key, on: ground))
        painter.hit(line, part: Row(effect: item.effect))
    }
}
