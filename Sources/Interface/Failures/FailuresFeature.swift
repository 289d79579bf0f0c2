import Domain
import Drawing

/// Opens the failures of the instance, by reason.
struct FailuresFeature: Feature {
    static let actions: [Action] =
        [
            Action(
                .failures,
                [.character("!")],
                "Show what fails, by reason; list or replay a group",
                hint: "failures",
                in: [.everywhere, .failures],
                onlyShows: true
            )
        ] + FailureList.actions

    private var tokens = WindowTokens()

    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        action == .failures && context.instance == nil ? context.noInstance : nil
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        guard action == .failures else { return false }
        if let current = context.instances.current { effects.open(FailureList(current, after: tokens.next())) }
        return true
    }
}
