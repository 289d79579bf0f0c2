import Drawing

extension Dashboard {
    /// Gives input to what has the keys.
    mutating func accept(_ event: InputEvent) {
        switch event {
        case .key(let key): press(key)
        case .paste(let text): paste(text)
        case .mouse(let event): accept(event)
        case .resize(let size):
            settings.size = size
            for index in layers.indices { layers[index].overlay.release() }
            for pane in openPanes { _ = change(type(of: pane).id) { $0.release() } }
        case .focus: break
        }
    }

    mutating func press(_ key: Key) {
        switch key {
        case .ctrl("z"): return run(.perform(.suspend))
        // Twice always works, whatever lies over the dashboard.
        case .ctrl("c"):
            if let question = layers.last?.overlay as? Confirmation, question.isAboutQuitting {
                return run(.command(.quit))
            }
            return run(.perform(.quit))
        default: break
        }
        if !layers.isEmpty {
            onTop { overlay, context, effects in _ = overlay.handle(key, context, &effects) }
            return
        }
        let context = context()
        if key == .escape, context.messages.isNewestLasting { return run(.perform(.dismissMessage)) }
        if isFocusVisible(context), withFocus(context, { $0.handle(key, $1, &$2) }) == true { return }
        if let action = table.action(for: key, in: .pane(focus)) { attempt(action.id) }
    }

    mutating func paste(_ text: String) {
        if layers.isEmpty {
            _ = withFocus(context()) { $0.paste(text, $1, &$2) }
        } else {
            onTop { $0.paste(text, $1, &$2) }
        }
    }

    /// What a letter would be given to now; nil while the focused pane gets no keys.
    var typingSurface: (any Surface)? {
        if let top = layers.last { return top.overlay }
        return isFocusVisible(context()) ? focusedPane : nil
    }

    var focusedPane: (any Pane)? { openPanes.first { type(of: $0).id == focus } }

    /// On a screen that is too small for it, the focused pane gets no keys.
    private func isFocusVisible(_ context: DashboardContext) -> Bool { layout(context).panes[focus] != nil }

    /// Calls the overlay on top and does what it asks for.
    mutating func onTop(_ body: (inout any Overlay, DashboardContext, inout Effects) -> Void) {
        guard let index = layers.indices.last else { return }
        let context = context()
        var effects = Effects(layer: layers[index].id)
        body(&layers[index].overlay, context, &effects)
        run(effects.list)
    }

    /// Calls the focused pane and does what it asks for.
    private mutating func withFocus<Result>(
        _ context: DashboardContext,
        _ body: (inout any Pane, DashboardContext, inout Effects) -> Result
    ) -> Result? {
        var effects = Effects()
        let result = change(focus) { body(&$0, context, &effects) }
        run(effects.list)
        return result
    }
}
