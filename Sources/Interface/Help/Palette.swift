import Domain
import Drawing

/// The command palette: actions found by some of their letters.
struct Palette: Overlay {
    /// A row, as the mouse hits it.
    private struct Row {
        let action: ActionID
    }

    private var query = TextField()
    private var selection = 0

    func title(_ context: DashboardContext) -> String { "Commands" }

    func hints(_ context: DashboardContext) -> [Hint] {
        [.key(.enter, "run"), .key(.escape, "close"), .key(.down, "down"), .key(.up, "up")]
    }

    func acceptsLetter(_ letter: Character) -> Bool { true }

    mutating func handle(_ key: Key, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        let matches = Self.matches(query.text, context.table)
        switch key {
        case .escape: effects.close()
        case .enter: if matches.indices.contains(selection) { choose(matches[selection].id, &effects) }
        case .up, .ctrl("p"), .backTab: move(by: -1, matches.count)
        case .down, .ctrl("n"), .tab: move(by: 1, matches.count)
        default:
            guard query.handle(key) else { return false }
            selection = 0
        }
        return true
    }

    mutating func paste(_ text: String, _ context: DashboardContext, _ effects: inout Effects) {
        query.insert(text)
        selection = 0
        effects.warn(ifCut: query)
    }

    mutating func press(
        _ part: any Sendable,
        at point: Point,
        hadFocus: Bool,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        if let row = part as? Row { choose(row.action, &effects) }
    }

    mutating func scroll(
        by rows: Int,
        over parts: [any Sendable],
        _ context: DashboardContext,
        _ effects: inout Effects
    ) { move(by: rows, Self.matches(query.text, context.table).count) }

    private func choose(_ action: ActionID, _ effects: inout Effects) {
        effects.close()
        effects.perform(action)
    }

    private mutating func move(by rows: Int, _ count: Int) {
        selection = min(max(0, selection + rows), max(0, count - 1))
    }

    /// The commands that fit, best first.
    static func matches(_ query: String, _ table: ActionTable) -> [Action] {
        let query = query.trimmed
        guard !query.isEmpty else { return table.commands }
        return
            table.commands.compactMap { action in FuzzyMatch.score(query, in: action.title).map { (action, $0) } }
            .sorted { $0.1 > $1.1 }
            .map(\.0)
    }

    func draw(in rect: Rect, _ painter: inout Painter) {
        let table = painter.context.table
        let matches = Self.matches(query.text, table)
        let rows = max(1, min(table.commands.count, rect.height - 7))
        let inner = painter.window(
            Size(width: 64, height: rows + 4),
            title: "Commands",
            footer: "Enter runs · Esc closes"
        )
        let typed = query.window(width: max(1, inner.width - 2), mark: painter.glyphs.ellipsis)
        painter.canvas.draw(":", at: inner.origin, style: Style(.key, on: .overlay))
        painter.canvas.draw(typed.text, at: inner.origin.offset(x: 2), style: Style(.text, on: .overlay))
        painter.cursor = painter.canvas.position(of: inner.origin.offset(x: 2 + typed.cursor))
        let body = inner.inset(top: 2)
        if matches.isEmpty {
            painter.canvas.draw("No command has these letters.", in: body, style: Style(.dim, on: .overlay))
        }
        let first = max(0, selection - body.height + 1)
        for (row, action) in matches.dropFirst(first).prefix(body.height).enumerated() {
            draw(action, isSelected: first + row == selection, in: body.row(row), &painter)
        }
    }

    private func draw(_ action: Action, isSelected: Bool, in line: Rect, _ painter: inout Painter) {
        let ground: StyleRole = isSelected ? .selection : .overlay
        painter.canvas.fill(line, style: Style(.text, on: ground))
        let isEnabled = painter.obstacle(action.id) == nil
        let key = action.keys.first?.label(painter.glyphs) ?? ""
        painter.canvas.draw(
            DisplayText(action.title),
            in: line.inset(left: 1, right: key.width + 2),
            style: Style(isEnabled ? .text : .faint, on: ground)
        )
        painter.canvas.draw(key, in: line.inset(x: 1), .right, style: Style(.key, on: ground))
        painter.hit(line, part: Row(action: action.id))
    }
}
