extension Dashboard {
    /// The panes that can have the focus now, in their order.
    var openPanes: [any Pane] { features.compactMap { $0 as? any Pane }.filter(\.isOpen) }

    func isOpen(_ id: PaneID) -> Bool { openPanes.contains { type(of: $0).id == id } }

    /// Changes a pane where it is kept; nil if there is none of that name.
    @discardableResult
    mutating func change<Result>(_ id: PaneID, _ body: (inout any Pane) -> Result) -> Result? {
        for index in features.indices {
            guard var pane = features[index] as? any Pane, type(of: pane).id == id else { continue }
            let result = body(&pane)
            features[index] = pane
            return result
        }
        return nil
    }

    /// Puts the focus on a pane; on the main one where that is closed.
    mutating func enter(_ id: PaneID, step: Int? = nil) {
        guard let pane = openPanes.first(where: { type(of: $0).id == id }) else {
            if id != mainPane { enter(mainPane) }
            return
        }
        if id != focus { _ = change(focus) { $0.loseFocus() } }
        focus = id
        if type(of: pane).place == .main { mainPane = id }
        _ = change(id) { $0.gainFocus(step: step) }
    }

    /// Moves the focus through the panes.
    mutating func turnPane(by step: Int) {
        let panes = openPanes.map { type(of: $0).id }
        guard !panes.isEmpty else { return }
        let index = panes.firstIndex(of: focus) ?? 0
        enter(panes[(index + step + panes.count) % panes.count], step: step)
    }
}
