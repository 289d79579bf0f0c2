import Drawing

extension ActionID {
    static let suspend = ActionID("suspend")
    static let quit = ActionID("quit")
    static let interrupt = ActionID("interrupt")
}

/// Leaving the dashboard, for a while or for good.
struct ProgramFeature: Feature {
    static let actions: [Action] = [
        Action(.suspend, [.ctrl("z")], "Suspend to the shell", hint: "suspend", in: [.always]),
        Action(.quit, [.character("q")], "Quit", hint: "quit"),
        Action(
            .interrupt,
            [.ctrl("c")],
            "Quit, whatever is open; twice: without a question",
            hint: "quit",
            in: [.always],
            isCommand: false
        ),
    ]

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .suspend: effects.send(.suspend)
        case .quit, .interrupt: effects.quit()
        default: return false
        }
        return true
    }
}
