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
        [.key(.enter, "do it"), .key(.escape, "close"), .key(.down, "down"), .key(.up, "up")]
    }

    mutating func handle(_ key: Key, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch key {
        case .escape, .character("q"), .character("a"): effects.close()
        case .up, .character("k"), .backTab: move(by: -1)
        case .down, .character("j"), .tab: move(by: 1)
        case .home, .pageUp: move(by: -Self.rows.count)
        case .end, .pageDown: move(by: Self.rows.count)
        case .enter, .space: effects.perform(Self.rows[selection])
        default: return false
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
    ) { move(by: rows) }

    private mutating func move(by rows: Int) { selection = min(max(0, selection + rows), Self.rows.count - 1) }
}
