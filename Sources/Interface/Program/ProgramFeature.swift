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

    /// Other dashboards on the engine inside.
    private var attached = 0

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        if case .dashboardsAttached(let count) = message { attached = count }
    }

    /// The engine inside ends with the dashboard.
    func unsavedWork(_ context: DashboardContext) -> UnsavedWork? {
        guard context.node == nil, !context.instances.isEngineStopped else { return nil }
        let losses = [openDeliveries(context), attachedDashboards].compactMap { $0 }
        return losses.isEmpty ? nil : UnsavedWork(onQuitting: losses.joined(separator: " "))
    }

    private var attachedDashboards: String? {
        switch attached {
        case ...0: nil
        case 1: "Another dashboard is attached to the engine inside this one and loses it."
        default: "\(attached.grouped) other dashboards are attached to the engine inside this one and lose it."
        }
    }

    /// What is held waits in any case, and the demo's is nobody's loss.
    private func openDeliveries(_ context: DashboardContext) -> String? {
        guard context.settings.extraPolls == nil else { return nil }
        let states = context.totals?.byState ?? [:]
        let open = [DeliveryState.queued, .waiting, .retrying].reduce(Int64(0)) { $0 + (states[$1] ?? 0) }
        guard open > 0 else { return nil }
        let (what, they) = open == 1 ? ("1 delivery is", "it waits") : ("\(open.grouped) deliveries are", "they wait")
        return "\(what) still to be made. The engine ends with the dashboard; \(they) until it runs again."
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
