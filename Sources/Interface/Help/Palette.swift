import Drawing

/// The command palette: commands, saved filters, instances, themes and fields of the form, found by some of their letters.
struct Palette: FinderOverlay {
    var finder = Finder()

    static let opener = ActionID.palette
    static let keyContext = ActionContext.palette
    static let mark: DisplayText = ":"
    static let noneFound: DisplayText = "Nothing here has these letters."

    func title(_ context: DashboardContext) -> String { "Commands" }

    /// The cursor begins on something that can be done and only shows, as Enter is easily pressed twice.
    mutating func begin(_ context: DashboardContext, obstacle: (ActionID) -> String?) {
        finder.selectEnabled(items(context, obstacle: obstacle))
    }

    /// The fields of the form, by their names and by what people want of them.
    private var fields: [Finder.Item] {
        FieldID.allCases.filter { $0 != .connection && $0 != .optional }.map { field in
            Finder.Item(
                title: "Field: \(field.label)",
                words: field.searchWords,
                note: "form",
                effect: .post(FieldSought(field: field))
            )
        }
    }

    /// All that can be chosen: what shows something, what does something, then what can be gone to.
    func items(_ context: DashboardContext, obstacle: (ActionID) -> String?) -> [Finder.Item] {
        let all = context.table.commands
        let commands = (all.filter(\.onlyShows) + all.filter { !$0.onlyShows }).map { action in
            let title = context.title(of: action)
            let words = SearchWords.of(action.id)
            return Finder.Item(
                title: title,
                words: title == action.title ? words : words + " " + action.title.lowercased(),
                note: action.keys.first?.label(context.glyphs) ?? "",
                effect: .perform(action.id),
                isEnabled: obstacle(action.id) == nil
            )
        }
        return commands + context.destinations + fields
    }
}
