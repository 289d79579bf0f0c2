import Domain
import Drawing
import EngineAPI

/// The command palette: commands, themes and instances, found by some of their letters.
struct Palette: FinderOverlay {
    var finder = Finder()

    static let opener = ActionID.palette
    static let place = ActionContext.palette
    static let mark: DisplayText = ":"
    static let noneFound: DisplayText = "Nothing here has these letters."

    func title(_ context: DashboardContext) -> String { "Commands" }

    /// All that can be chosen: what can be done, then what can be gone to.
    func items(_ context: DashboardContext, obstacle: (ActionID) -> String?) -> [Finder.Item] {
        let commands = context.table.commands.map { action in
            Finder.Item(
                title: action.title,
                words: SearchWords.of(action.id),
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
}
