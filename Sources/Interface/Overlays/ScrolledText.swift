import Drawing

/// How far a text in a window is scrolled, with the keys for it.
struct ScrolledText: Sendable, Hashable {
    private(set) var offset = 0

    /// What the footer offers while the text is open: to scroll only what does not fit.
    static func hints(lines: Int, _ context: DashboardContext) -> [Hint] {
        lines > page(context) ? [.action(.close), .action(.selectDown), .action(.pageDown)] : [.action(.close)]
    }

    /// Scrolls, or closes the overlay that calls it.
    mutating func perform(
        _ action: ActionID,
        lines: Int,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) -> Bool {
        switch action {
        case .close, .submit: effects.close()
        case .readOn: scroll(by: Self.page(context), lines: lines, context)
        default:
            guard let motion = ListMotion(action, page: Self.page(context)) else { return false }
            let offsets = lines - Self.page(context) + 1
            offset = motion.index(from: offset, count: offsets)
        }
        return true
    }

    mutating func scroll(by rows: Int, lines: Int, _ context: DashboardContext) {
        offset = min(max(0, offset + rows), max(0, lines - Self.page(context)))
    }

    private static func page(_ context: DashboardContext) -> Int { max(1, context.settings.size.height - 6) }

    /// Draws the lines in a window that is as wide as the longest.
    func draw(
        _ lines: [StyledText],
        title: DisplayText,
        width: Int? = nil,
        footer: DisplayText? = nil,
        _ painter: inout Painter
    ) {
        let width = width ?? max(44, (lines.map(\.width).max() ?? 0) + 4)
        let inner = painter.window(
            Size(width: width, height: lines.count + 2),
            title: title,
            footer: footer ?? painter.context.offers((.close, "closes"))
        )
        let first = min(offset, max(0, lines.count - inner.height))
        for (row, line) in lines.dropFirst(first).prefix(inner.height).enumerated() {
            painter.canvas.draw(line.on(.overlay), in: inner.row(row))
        }
        painter.scrollbar(total: lines.count, offset: first, beside: inner)
    }
}
