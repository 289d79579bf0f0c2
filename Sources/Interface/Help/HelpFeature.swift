import Drawing

extension ActionContext {
    static let palette = ActionContext.overlay("palette", "Palette", including: [.finder])
    static let help = ActionContext.overlay("help", "Help", including: [.finder])
}

extension ActionID {
    static let palette = ActionID("palette")
    static let help = ActionID("help")
}

/// Finds its way about the actions: the list of all keys, and the palette of commands.
struct HelpFeature: Feature {
    static let actions: [Action] = [
        Action(
            .palette,
            [.character(":"), .ctrl("p")],
            "Find a command",
            hint: "commands",
            in: [.everywhere, .palette]
        ),
        Action(
            .help,
            [.character("?"), .function(1)],
            "Show all keys",
            hint: "help",
            in: [.always, .help],
            onlyShows: true
        ),
    ]

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .palette: effects.open(Palette())
        case .help: effects.open(HelpOverlay(context.keyContexts, isOverWindow: !context.overlays.isEmpty))
        default: return false
        }
        return true
    }
}
