import Drawing

/// A longer text to read: wrapped to the window, scrolled, never cut.
struct TextReport: Overlay {
    struct Paragraph: Sendable, Hashable {
        var text: String
        var role = StyleRole.text
        /// Stands before the first line; what follows is indented by its width.
        var mark = ""
    }

    let title: String
    let paragraphs: [Paragraph]
    private var text = ScrolledText()

    init(title: String, paragraphs: [Paragraph]) {
        self.title = title
        self.paragraphs = paragraphs
    }

    func title(_ context: DashboardContext) -> String { title }

    func hints(_ context: DashboardContext) -> [Hint] {
        ScrolledText.hints(lines: lines(width: width(context)).count, context)
    }

    func contexts(_ context: DashboardContext) -> [ActionContext] { [.reading] }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        text.perform(action, lines: lines(width: width(context)).count, context, &effects)
    }

    mutating func scroll(
        by rows: Int,
        over parts: [any Sendable],
        _ context: DashboardContext,
        _ effects: inout Effects
    ) { text.scroll(by: rows, lines: lines(width: width(context)).count, context) }

    func draw(in rect: Rect, _ painter: inout Painter) {
        let width = width(painter.context)
        text.draw(lines(width: width), title: DisplayText(title), width: width + 4, &painter)
    }

    /// Columns that the text has at the present size.
    private func width(_ context: DashboardContext) -> Int { max(8, min(100, context.settings.size.width - 2) - 4) }

    /// The lines at a width; line ends inside a paragraph are kept.
    func lines(width: Int) -> [StyledText] {
        paragraphs.flatMap { paragraph -> [StyledText] in
            let mark = DisplayText(paragraph.mark)
            let parts = DisplayText.lines(of: paragraph.text, maximum: 2000)
            let wrapped = parts.flatMap { $0.wrapped(to: max(8, width - mark.width)) }
            guard !wrapped.isEmpty else { return [StyledText()] }
            return wrapped.enumerated().map { index, line in
                StyledText(index == 0 ? mark : .spaces(mark.width), Style(paragraph.role))
                    + StyledText(line, Style(paragraph.role))
            }
        }
    }
}
