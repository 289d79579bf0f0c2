import Drawing

/// All keys: those of the place that had the focus first, then what can be gone to by its name. Typing searches them, and Enter does what is selected.
struct HelpOverlay: FinderOverlay {
    /// Where keys meant something when it was opened, the innermost first.
    private let keyContexts: [ActionContext]
    /// Whether it was opened over a window, which has all keys but those that always work.
    private let isOverWindow: Bool
    var finder = Finder()

    static let opener = ActionID.help
    static let keyContext = ActionContext.help
    static let mark: DisplayText = "?"
    static let noneFound: DisplayText = "Nothing here has these letters."

    init(_ keyContexts: [ActionContext] = [], isOverWindow: Bool = false) {
        self.keyContexts = keyContexts
        self.isOverWindow = isOverWindow
    }

    func title(_ context: DashboardContext) -> String { "Keys" }

    /// Each action once, in the first place where its keys work.
    func items(_ context: DashboardContext, obstacle: (ActionID) -> String?) -> [Finder.Item] {
        var seen: Set<ActionID> = []
        let first = keyContexts + (isOverWindow ? [.always] : [.everywhere, .always])
        let actions = (first + context.table.contexts.filter { !first.contains($0) }).flatMap { place in
            context.table.actions.filter { $0.works(in: place) && seen.insert($0.id).inserted }.map { action in
                let keys = action.keys.map { $0.label(context.glyphs) }.joined(separator: " ")
                return Finder.Item(
                    title: first.contains(place) ? action.title : "\(place.title): \(action.title)",
                    words: SearchWords.of(action.id),
                    note: keys.isEmpty ? "no key" : keys,
                    effect: .perform(action.id),
                    isEnabled: first.contains(place) && obstacle(action.id) == nil
                )
            }
        }
        // What a window is about must not change under it.
        return isOverWindow ? actions : actions + context.destinations
    }
}
