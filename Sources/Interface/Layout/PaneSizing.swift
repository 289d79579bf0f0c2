import Drawing

extension ActionID {
    static let growPane = ActionID("grow-pane")
    static let shrinkPane = ActionID("shrink-pane")
}

/// Posted while the mouse moves a border between two panes.
struct BorderDragged: DashboardEvent {
    let border: PaneSizes.Border
    /// Cells before the border, of how many.
    let cells: Int
    let total: Int
}

/// Posted when the button is up again.
struct BorderReleased: DashboardEvent {}

/// How large the panes are: changed by keys or by dragging a border, and kept.
struct PaneSizing: Feature {
    static let actions: [Action] = [
        Action(.growPane, [.character(">")], "Make the pane larger", hint: "larger"),
        Action(.shrinkPane, [.character("<")], "Make the pane smaller", hint: "smaller"),
    ]

    private var sizes = PaneSizes()

    func publish(to context: inout DashboardContext) { context.paneSizes = sizes }

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        if case .start = message { sizes = context.memory[PaneSizes.self] }
    }

    mutating func receive(_ event: any DashboardEvent, _ context: DashboardContext, _ effects: inout Effects) {
        switch event {
        case let dragged as BorderDragged: sizes.place(dragged.border, at: dragged.cells, of: dragged.total)
        case is BorderReleased: effects.remember(sizes)
        default: break
        }
    }

    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        guard action == .growPane || action == .shrinkPane, context.border == nil else { return nil }
        return "This pane has all the room there is."
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        guard action == .growPane || action == .shrinkPane, let border = context.border else { return false }
        // The pane that has the focus lies before the border, or behind it.
        let isBefore = border.isAfterFocus
        let direction = (action == .growPane) == isBefore ? 1 : -1
        let size = Size(width: context.settings.size.width, height: border.height ?? 0)
        if sizes.step(border.border, by: direction, in: size) {
            effects.remember(sizes)
        } else {
            effects.say(.info, action == .growPane ? "The other pane needs the rest." : "Smaller it can't be.")
        }
        return true
    }
}

extension DashboardContext {
    /// A border of the focused pane that can be moved.
    struct MovableBorder {
        let border: PaneSizes.Border
        /// Whether the focused pane lies before it.
        let isAfterFocus: Bool
        /// Rows that the panes share, if the border lies across.
        let height: Int?
    }

    /// The one that the keys move: across where panes share the height, else the one at the side.
    var border: MovableBorder? {
        let size = settings.size
        guard size.width >= DashboardLayout.severalPanes else { return nil }
        if focus == .form { return MovableBorder(border: .side, isAfterFocus: true, height: nil) }
        let height = size.height - 2 - (bannerRows ?? 0)
        if openEvent != nil, height >= DashboardLayout.shareHeight {
            return MovableBorder(border: .below, isAfterFocus: focus != .detail, height: height)
        }
        let isWide = size.width >= DashboardLayout.allPanes
        return isWide ? MovableBorder(border: .side, isAfterFocus: false, height: nil) : nil
    }
}
