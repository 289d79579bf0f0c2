import Drawing

extension ActionID {
    static let palette = ActionID("palette")
    static let help = ActionID("help")
}

/// Finds its way about the actions: the list of all keys, and the palette of commands.
struct HelpFeature: Feature {
    static let actions: [Action] = [
        Action(.palette, [.character(":"), .ctrl("p")], "Find a command", hint: "commands"),
        Action(.help, [.character("?"), .function(1)], "Show all keys", hint: "help"),
    ]

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .palette: effects.open(Palette())
        case .help: effects.open(HelpOverlay())
        default: return false
        }
        return true
    }
}
