import Drawing

extension ActionID {
    static let focusForm = ActionID("focus-form")
    static let focusEvents = ActionID("focus-events")
    static let focusDetail = ActionID("focus-detail")
    static let nextPane = ActionID("next")
    static let previousPane = ActionID("previous")
}

/// The keys that go from pane to pane.
struct PaneNavigation: Feature {
    static let actions: [Action] = [
        Action(.focusForm, [.character("c"), .character("1")], "Go to the form", hint: "form"),
        Action(.focusEvents, [.character("2")], "Go to the events", hint: "events"),
        Action(.focusDetail, [.character("3")], "Go to the detail", hint: "detail"),
        Action(
            .nextPane,
            [.tab],
            "Next field, or the next pane",
            hint: "next",
            in: [.everywhere, .question, .replayDialog, .exportDialog, .connect],
            isCommand: false
        ),
        Action(
            .previousPane,
            [.backTab],
            "Previous field, or the previous pane",
            hint: "previous",
            in: [.everywhere, .question, .replayDialog, .exportDialog, .connect],
            isCommand: false
        ),
    ]

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .focusForm: effects.focus(.form)
        case .focusEvents: effects.focus(.events)
        case .focusDetail: effects.focus(.detail)
        case .nextPane: effects.turnPane(by: 1)
        case .previousPane: effects.turnPane(by: -1)
        default: return false
        }
        return true
    }
}
