import Drawing

/// All keys: those of the place that had the focus first. Typing searches them, and Enter does what is selected.
struct HelpOverlay: Overlay {
    /// Where keys meant something when it was opened, the innermost first.
    private let places: [ActionContext]
    private var finder = Finder()

    init(_ places: [ActionContext] = []) { self.places = places }

    func title(_ context: DashboardContext) -> String { "Keys" }
    func hints(_ context: DashboardContext) -> [Hint] { Finder.hints }
    func contexts(_ context: DashboardContext) -> [ActionContext] { [.help] }
    func acceptsLetter(_ letter: Character) -> Bool { true }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        guard action != .help else {
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

    /// Each action once, in the first place where its keys work.
    private func items(_ context: DashboardContext, obstacle: (ActionID) -> String? = { _ in nil }) -> [Finder.Item] {
        var seen: Set<ActionID> = []
        let first = places + [.everywhere, .always]
        return (first + context.table.contexts.filter { !first.contains($0) }).flatMap { place in
            context.table.actions.filter { $0.works(in: place) && seen.insert($0.id).inserted }.map { action in
                let keys = action.keys.map { $0.label(context.glyphs) }.joined(separator: " ")
                return Finder.Item(
                    title: first.contains(place) ? action.title : "\(place.title): \(action.title)",
                    note: keys.isEmpty ? "no key" : keys,
                    effect: .perform(action.id),
                    isEnabled: first.contains(place) && obstacle(action.id) == nil
                )
            }
        }
    }

    func draw(in rect: Rect, _ painter: inout Painter) {
        let items = items(painter.context, obstacle: painter.obstacle)
        finder.draw(items, title: "Keys", mark: "?", none: "No action has these letters.", &painter)
    }
}
