import Drawing

extension ActionContext {
    static let overview = ActionContext.overlay("overview", "Overview", including: [.list])
}

extension ActionID {
    static let overview = ActionID("overview")
}

/// Leads to the overview; what that shows, it asks for itself while it is open.
struct OverviewFeature: Feature {
    static let actions: [Action] = [
        Action(
            .overview,
            [.character("o")],
            "Show the overview: all instances, and one in figures",
            hint: "overview",
            in: [.everywhere, .overview],
            onlyShows: true
        )
    ]

    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        action == .overview && context.instances.list?.isEmpty != false ? context.noInstance : nil
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        guard action == .overview else { return false }
        effects.open(OverviewPage(context.instances.current))
        return true
    }
}
