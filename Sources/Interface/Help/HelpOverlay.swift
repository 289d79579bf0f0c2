import Drawing

/// All keys: those of the focused pane first, then those that work everywhere.
struct HelpOverlay: Overlay {
    private var text = ScrolledText()

    func title(_ context: DashboardContext) -> String { "Keys" }
    func hints(_ context: DashboardContext) -> [Hint] { ScrolledText.hints }

    mutating func handle(_ key: Key, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        text.handle(key, lines: lines(context).count, context, &effects)
    }

    mutating func scroll(
        by rows: Int,
        over parts: [any Sendable],
        _ context: DashboardContext,
        _ effects: inout Effects
    ) { text.scroll(by: rows, lines: lines(context).count, context) }

    func draw(in rect: Rect, _ painter: inout Painter) {
        text.draw(lines(painter.context), title: "Keys", &painter)
    }

    private func lines(_ context: DashboardContext) -> [StyledText] {
        var contexts: [ActionContext] = [.pane(context.focus), .everywhere]
        contexts += context.table.contexts.filter { !contexts.contains($0) }
        return contexts.enumerated().flatMap { index, place in
            let actions = context.table.actions.filter { $0.contexts.contains(place) && !$0.keys.isEmpty }
            let lines = actions.map { action in
                let keys = action.keys.map { $0.label(context.glyphs) }.joined(separator: " ")
                return StyledText(keys.fitted(to: 14), .key) + StyledText(DisplayText(action.title))
            }
            let head = StyledText(DisplayText(place.name), .title)
            return (index == 0 ? [] : [StyledText()]) + [head] + lines
        }
    }
}
