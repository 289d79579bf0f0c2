import Drawing

extension ActionID {
    static let suspend = ActionID("suspend")
    static let quit = ActionID("quit")
}

/// Leaving the dashboard, for a while or for good.
struct ProgramFeature: Feature {
    static let actions: [Action] = [
        Action(.suspend, [.ctrl("z")], "Suspend to the shell", hint: "suspend"),
        Action(.quit, [.character("q"), .ctrl("c")], "Quit", hint: "quit"),
    ]

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .suspend: effects.send(.suspend)
        case .quit: effects.quit()
        default: return false
        }
        return true
    }
}
