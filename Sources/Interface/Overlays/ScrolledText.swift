import Drawing

/// How far a text in a window is scrolled, with the keys for it.
struct ScrolledText: Sendable, Hashable {
    private(set) var offset = 0

    /// What the footer offers while the text is open.
    static let hints: [Hint] = [.key(.escape, "close"), .key(.down, "down"), .key(.pageDown, "page down")]

    /// Scrolls, or closes the overlay that calls it.
    mutating func handle(
        _ key: Key,
        lines: Int,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) -> Bool {
        let page = Self.page(context)
        switch key {
        case .escape, .enter, .character("q"), .character("?"), .function(1), .ctrl("l"): effects.close()
        case .up, .character("k"): scroll(by: -1, lines: lines, context)
        case .down, .character("j"): scroll(by: 1, lines: lines, context)
        case .pageUp: scroll(by: -page, lines: lines, context)
        case .pageDown, .space: scroll(by: page, lines: lines, context)
        case .home, .character("g"): scroll(by: -offset, lines: lines, context)
        case .end, .character("G"): scroll(by: lines, lines: lines, context)
        default: return false
        }
        return true
    }

    mutating func scroll(by rows: Int, lines: Int, _ context: DashboardContext) {
        offset = min(max(0, offset + rows), max(0, lines - Self.page(context)))
    }

    private static func page(_ context: DashboardContext) -> Int { max(1, context.settings.size.height - 6) }

    /// Draws the lines in a window that is as wide as the longest.
    func draw(_ lines: [StyledText], title: DisplayText, width: Int? = nil, _ painter: inout Painter) {
        let width = width ?? max(44, (lines.map(\.width).max() ?? 0) + 4)
        let inner = painter.window(
            Size(width: width, height: lines.count + 2),
            title: title,
            footer: "Esc closes"
        )
        let first = min(offset, max(0, lines.count - inner.height))
        for (row, line) in lines.dropFirst(first).prefix(inner.height).enumerated() {
            painter.canvas.draw(line.on(.overlay), in: inner.row(row))
        }
        painter.scrollbar(total: lines.count, offset: first, beside: inner)
    }
}
