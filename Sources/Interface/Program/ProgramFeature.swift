import Domain
import Drawing
import Primitives

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

    /// The engine inside ends with the dashboard. What is held waits in any case, and the demo's is nobody's loss.
    func unsavedWork(_ context: DashboardContext) -> UnsavedWork? {
        guard context.node == nil, !context.instances.isEngineStopped, context.settings.extraPolls == nil else {
            return nil
        }
        let states = context.totals?.byState ?? [:]
        let open = [DeliveryState.queued, .waiting, .retrying].reduce(Int64(0)) { $0 + (states[$1] ?? 0) }
        guard open > 0 else { return nil }
        let (what, they) = open == 1 ? ("1 delivery is", "it waits") : ("\(open.grouped) deliveries are", "they wait")
        return UnsavedWork(
            onQuitting: "\(what) still to be made. The engine ends with the dashboard; \(they) until it runs again."
        )
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .suspend: effects.send(.suspend)
        case .quit, .interrupt: effects.quit()
        default: return false
        }
        return true
    }
}
