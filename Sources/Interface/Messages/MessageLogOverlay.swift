import Drawing

/// All messages, the newest first.
struct MessageLogOverlay: Overlay {
    private var text = ScrolledText()

    func title(_ context: DashboardContext) -> String { "Messages" }
    func hints(_ context: DashboardContext) -> [Hint] { ScrolledText.hints(lines: lines(context).count, context) }

    func contexts(_ context: DashboardContext) -> [ActionContext] { [.messages] }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        if action == .messageLog {
            effects.close()
            return true
        }
        return text.perform(action, lines: lines(context).count, context, &effects)
    }

    mutating func scroll(
        by rows: Int,
        over parts: [any Sendable],
        _ context: DashboardContext,
        _ effects: inout Effects
    ) { text.scroll(by: rows, lines: lines(context).count, context) }

    func draw(in rect: Rect, _ painter: inout Painter) {
        text.draw(lines(painter.context), title: "Messages", &painter)
    }

    private func lines(_ context: DashboardContext) -> [StyledText] {
        let entries = context.messages.entries
        guard !entries.isEmpty else { return [StyledText("No messages yet.", .dim)] }
        let width = max(20, context.settings.size.width - 8)
        return entries.reversed().flatMap { entry in
            let times = entry.count > 1 ? DisplayText(" (\(entry.count) times)") : ""
            let head =
                StyledText(context.clock(entry.at) + " ", .dim)
                + StyledText(entry.severity.glyph(context.glyphs) + " ", Style(entry.severity.role))
            let lines = (DisplayText(entry.text) + times).wrapped(to: max(8, width - head.width))
            return lines.enumerated().map { row, line in
                (row == 0 ? head : StyledText(.spaces(head.width))) + StyledText(line)
            }
        }
    }
}
