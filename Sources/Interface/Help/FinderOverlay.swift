import Drawing

/// A window of rows that are found by typing: the help, the palette.
protocol FinderOverlay: Overlay {
    var finder: Finder { get set }
    /// The action that opens it; its key closes it as well.
    static var opener: ActionID { get }
    static var keyContext: ActionContext { get }
    /// What stands before the text.
    static var mark: DisplayText { get }
    static var noneFound: DisplayText { get }

    /// All rows; `obstacle` says why an action can't be done now.
    func items(_ context: DashboardContext, obstacle: (ActionID) -> String?) -> [Finder.Item]
}

extension FinderOverlay {
    func hints(_ context: DashboardContext) -> [Hint] { Finder.hints }
    func contexts(_ context: DashboardContext) -> [ActionContext] { [Self.keyContext] }
    func acceptsLetter(_ letter: Character) -> Bool { true }

    private func items(_ context: DashboardContext) -> [Finder.Item] { items(context) { _ in nil } }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        guard action != Self.opener else {
            effects.close()
            return true
        }
        return finder.perform(action, items(context), page: context.settings.size.height - 8, &effects)
    }

    mutating func paste(_ text: String, _ context: DashboardContext, _ effects: inout Effects) {
        finder.paste(text, &effects)
    }

    mutating func press(
        _ part: any Sendable,
        at point: Point,
        hadFocus: Bool,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) { finder.press(part, &effects) }

    mutating func scroll(
        by rows: Int,
        over parts: [any Sendable],
        _ context: DashboardContext,
        _ effects: inout Effects
    ) { finder.scroll(by: rows, items(context)) }

    func draw(in rect: Rect, _ painter: inout Painter) {
        let items = items(painter.context, obstacle: painter.obstacle)
        let title = DisplayText(title(painter.context))
        finder.draw(items, title: title, mark: Self.mark, none: Self.noneFound, &painter)
    }
}
