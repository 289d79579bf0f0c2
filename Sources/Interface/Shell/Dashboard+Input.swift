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

    /// Gives a key to a text, if it is a letter of one, else does what the table says.
    mutating func press(_ key: Key) {
        let surface = typingSurface
        if let letter = key.letter, surface?.acceptsLetter(letter) == true { return paste(String(letter)) }
        for place in places(of: surface) {
            if let action = table.action(for: key, in: place), attempt(action.id) { return }
        }
        if let letter = key.letter, accept(stray: letter) { return }
        reportUnbound(key)
    }

    /// The contexts in which a key is looked up, in order.
    private func places(of surface: (any Surface)?) -> [ActionContext] {
        let context = context()
        let own = surface?.contexts(context) ?? []
        guard layers.isEmpty else { return own + [.always] }
        // A failure that stays on the screen is what Esc is about.
        let message: [ActionContext] = context.messages.isNewestLasting ? [.message] : []
        return message + own + [.everywhere, .always]
    }

    private mutating func accept(stray letter: Character) -> Bool {
        layers.isEmpty ? false : onTop { $0.accept(stray: letter, $1, &$2) } == true
    }

    /// Says that a key does nothing, once in each place.
    private mutating func reportUnbound(_ key: Key) {
        let place = typingSurface?.contexts(context()).last ?? .everywhere
        guard place != unboundPlace else { return }
        unboundPlace = place
        let help = table.keyName(.help, settings.glyphs).map { "; \($0) shows what does" } ?? ""
        let name = key.label(settings.glyphs)
        let words = layers.isEmpty ? "\(name) does nothing here\(help)." : "\(name) does nothing here."
        deliver(Announcement(severity: .info, text: words))
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
    @discardableResult
    mutating func onTop<Result>(_ body: (inout any Overlay, DashboardContext, inout Effects) -> Result) -> Result? {
        guard let index = layers.indices.last else { return nil }
        let context = context()
        var effects = Effects(layer: layers[index].id)
        let result = body(&layers[index].overlay, context, &effects)
        run(effects.list)
        return result
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
