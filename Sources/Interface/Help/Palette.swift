import Domain
import Drawing
import EngineAPI

/// The command palette: commands, themes and instances, found by some of their letters.
struct Palette: Overlay {
    private var finder = Finder()

    func title(_ context: DashboardContext) -> String { "Commands" }
    func hints(_ context: DashboardContext) -> [Hint] { Finder.hints }
    func contexts(_ context: DashboardContext) -> [ActionContext] { [.palette] }
    func acceptsLetter(_ letter: Character) -> Bool { true }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        guard action != .palette else {
            effects.close()
            return true
        }
        return finder.perform(action, Self.items(context), page: context.settings.size.height - 8, &effects)
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
    ) { finder.scroll(by: rows, Self.items(context)) }

    /// All that can be chosen: what can be done, then what can be gone to.
    static func items(_ context: DashboardContext, obstacle: (ActionID) -> String? = { _ in nil }) -> [Finder.Item] {
        let commands = context.table.commands.map { action in
            Finder.Item(
                title: action.title,
                note: action.keys.first?.label(context.glyphs) ?? "",
                effect: .perform(action.id),
                isEnabled: obstacle(action.id) == nil
            )
        }
        let instances = (context.instances.list ?? []).map { instance in
            Finder.Item(
                title: "Instance: \(instance.name)",
                note: instance.id == context.instances.current ? "shown" : DisplayText(instance.source.word),
                effect: .post(InstanceChosen(id: instance.id))
            )
        }
        let themes = context.settings.themes.map { theme in
            Finder.Item(
                title: "Theme: \(theme)",
                note: theme == context.settings.theme ? "in use" : "",
                effect: .command(.setTheme(theme))
            )
        }
        return commands + instances + themes
    }

    func draw(in rect: Rect, _ painter: inout Painter) {
        let items = Self.items(painter.context, obstacle: painter.obstacle)
        finder.draw(items, title: "Commands", mark: ":", none: "Nothing here has these letters.", &painter)
    }
}
