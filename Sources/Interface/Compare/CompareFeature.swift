import Domain
import Drawing
import EngineAPI

extension ActionID {
    static let compare = ActionID("compare")
}

extension ActionContext {
    static let compare = ActionContext.overlay("compare", "Two events compared", including: [.list])
}

/// Two events side by side.
struct CompareFeature: Feature {
    static let actions: [Action] = [
        Action(
            .compare,
            [.character("d")],
            "Compare the event with the record's former one",
            hint: "compare",
            in: [.events, .detail]
        )
    ]

    /// Counts the windows, so that none takes an answer to a former one for its own.
    private var opened = 0

    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        action == .compare && context.subject == nil ? "No event is selected." : nil
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        guard action == .compare, let subject = context.subject else { return false }
        opened += 1
        // A space of its own, below those of stories.
        effects.open(CompareOverlay(Comparison(of: subject, token: Int.min / 2 + opened)))
        return true
    }
}
