import Drawing

/// The window with all about an instance's Apex; its rows are actions.
struct ApexPanel: Overlay {
    /// A row, as the mouse hits it.
    struct Row {
        let index: Int
    }

    static let rows: [ActionID] = ApexFeature.actions.map(\.id).filter { $0 != .apex }

    private(set) var selection = 0

    func title(_ context: DashboardContext) -> String { "Apex" }

    func hints(_ context: DashboardContext) -> [Hint] {
        [.action(.choose, "do it"), .action(.close), .action(.selectDown), .action(.selectUp)]
    }

    func contexts(_ context: DashboardContext) -> [ActionContext] { [.apex] }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .close, .apex: effects.close()
        case .choose: effects.perform(Self.rows[selection])
        default:
            guard let motion = ListMotion(action, page: Self.rows.count) else { return false }
            selection = motion.index(from: selection, count: Self.rows.count)
        }
        return true
    }

    mutating func press(
        _ part: any Sendable,
        at point: Point,
        hadFocus: Bool,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        guard let row = part as? Row else { return }
        selection = row.index
        effects.perform(Self.rows[selection])
    }

    mutating func scroll(
        by rows: Int,
        over parts: [any Sendable],
        _ context: DashboardContext,
        _ effects: inout Effects
    ) { selection = ListMotion.rows(rows).index(from: selection, count: Self.rows.count) }
}
