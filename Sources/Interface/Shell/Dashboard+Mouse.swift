import Drawing

extension Dashboard {
    /// Rows that one notch of the wheel turns.
    private static let wheelRows = 3

    /// Gives a mouse event to what is drawn under it.
    mutating func accept(_ event: MouseEvent) {
        guard settings.reportsMouse else { return }
        switch event.kind {
        case .press(.left): press(at: event.position)
        case .drag(.left):
            if layers.isEmpty {
                for pane in openPanes { _ = change(type(of: pane).id) { $0.drag(to: event.position) } }
            } else {
                onTop { overlay, _, _ in overlay.drag(to: event.position) }
            }
        case .release:
            for index in layers.indices { layers[index].overlay.release() }
            for pane in openPanes { _ = change(type(of: pane).id) { $0.release() } }
        case .wheel(.up): scroll(by: -Self.wheelRows, at: event.position)
        case .wheel(.down): scroll(by: Self.wheelRows, at: event.position)
        default: break
        }
    }

    private mutating func press(at point: Point) {
        guard let hit = paint().hits(at: point).first else { return }
        switch (hit.target, hit.owner) {
        case (.effect(let effect), _): run(effect)
        case (.outside, _): onTop { $0.pressOutside($1, &$2) }
        case (.surface, .pane(let id)): enter(id)
        case (.part(let part), .pane(let id)):
            let hadFocus = focus == id
            enter(id)
            let context = context()
            var effects = Effects()
            _ = change(id) { $0.press(part, at: point, hadFocus: hadFocus, context, &effects) }
            run(effects.list)
        case (.part(let part), .overlay):
            onTop { $0.press(part, at: point, hadFocus: true, $1, &$2) }
        case (.surface, _), (.part, .shell): break
        }
    }

    /// The wheel scrolls what lies under the pointer, wherever the focus is.
    private mutating func scroll(by rows: Int, at point: Point) {
        guard layers.isEmpty else {
            onTop { $0.scroll(by: rows, over: [], $1, &$2) }
            return
        }
        let hits = paint().hits(at: point)
        guard
            let owner = hits.lazy.compactMap({ hit -> PaneID? in if case .pane(let id) = hit.owner { id } else { nil } }
            )
            .first
        else { return }
        let parts = hits.compactMap { hit -> (any Sendable)? in
            if case .part(let part) = hit.target, hit.owner == .pane(owner) { part } else { nil }
        }
        let context = context()
        var effects = Effects()
        _ = change(owner) { $0.scroll(by: rows, over: parts, context, &effects) }
        run(effects.list)
    }
}
