import Domain
import Drawing

extension ActionID {
    static let busyRecords = ActionID("busy-records")
}

extension ActionContext {
    static let busyRecords = ActionContext.overlay("busy-records", "Records that change most", including: [.list])
}

/// Leads to the records that change most; what their list shows, it asks for itself while it is open.
struct BusyFeature: Feature {
    static let actions: [Action] = [
        Action(
            .busyRecords,
            [.character("b")],
            "Show the records that change most",
            hint: "busiest records",
            in: [.everywhere, .overview, .busyRecords],
            onlyShows: true
        )
    ]

    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        action == .busyRecords && context.instance == nil ? context.noInstance : nil
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        guard action == .busyRecords else { return false }
        if let current = context.instances.current { effects.open(BusyList(current)) }
        return true
    }
}
