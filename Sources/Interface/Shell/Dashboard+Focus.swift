extension Dashboard {
    /// The pane that has the focus, while it is open.
    var focusedPane: (any Pane)? { features.openPane(focus) }

    /// Puts the focus on a pane; on the main one where that is closed.
    mutating func enter(_ id: PaneID, step: Int? = nil) {
        guard let pane = features.openPane(id) else {
            if id != mainPane { enter(mainPane) }
            return
        }
        if id != focus { features.change(focus) { $0.loseFocus() } }
        focus = id
        if type(of: pane).place == .main { mainPane = id }
        features.change(id) { $0.gainFocus(step: step) }
    }

    /// Moves the focus through the panes.
    mutating func turnPane(by step: Int) {
        let panes = features.openPanes.map { type(of: $0).id }
        guard !panes.isEmpty else { return }
        let index = panes.firstIndex(of: focus) ?? 0
        enter(panes[(index + step + panes.count) % panes.count], step: step)
    }
}
