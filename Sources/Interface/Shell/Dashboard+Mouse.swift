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
            if let border = heldBorder {
                if let drag = layout(context()).drag(of: border, to: event.position, in: settings.size) {
                    deliver(drag)
                }
            } else if layers.isEmpty {
                features.eachPane { $0.drag(to: event.position) }
            } else {
                onTop { overlay, _, _ in overlay.drag(to: event.position) }
            }
        case .release: releaseMouse()
        case .wheel(.up): scroll(by: -Self.wheelRows, at: event.position)
        case .wheel(.down): scroll(by: Self.wheelRows, at: event.position)
        default: break
        }
    }

    /// The button is up again, or the screen has another size.
    mutating func releaseMouse() {
        if heldBorder != nil { deliver(BorderReleased()) }
        heldBorder = nil
        layers.release()
        features.eachPane { $0.release() }
    }

    private mutating func press(at point: Point) {
        guard let hit = paint().hits(at: point).first else { return }
        switch (hit.target, hit.owner) {
        case (.effect(let effect), _): run(effect)
        case (.outside, _): onTop { $0.pressOutside($1, &$2) }
        case (.surface, .pane(let id)):
            heldBorder = layout(context()).border(at: point)
            enter(id)
        case (.part(let part), .pane(let id)):
            let hadFocus = focus == id
            enter(id)
            call(id) { $0.press(part, at: point, hadFocus: hadFocus, $1, &$2) }
        case (.part(let part), .overlay):
            onTop { $0.press(part, at: point, hadFocus: true, $1, &$2) }
        case (.surface, _), (.part, .shell): break
        }
    }

    /// The wheel scrolls what lies under the pointer, wherever the focus is.
    private mutating func scroll(by rows: Int, at point: Point) {
        if !layers.isEmpty {
            onTop { $0.scroll(by: rows, over: [], $1, &$2) }
        } else if let pane = paint().pane(at: point) {
            call(pane.id) { $0.scroll(by: rows, over: pane.parts, $1, &$2) }
        }
    }
}
