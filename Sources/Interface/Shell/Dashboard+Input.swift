import Drawing

extension Dashboard {
    /// Events up to this many are settled one by one, as if each had come alone.
    private static let fewEvents = 64

    /// Accepts input that arrived together: letters for a text in one piece, so that much of it costs little.
    mutating func accept(_ events: [InputEvent]) {
        let all = held.dequeueAll() + events
        var rest = all[...]
        while let event = rest.first {
            if mustWait(event) {
                rest.removeFirst()
                continue
            }
            let run = rest.typedLetters(into: typingSurface)
            let count = run.unicodeScalars.count
            if count > 1 {
                paste(run)
                rest.removeFirst(count)
                features.eachPane { $0.reveal() }
                continue
            }
            rest.removeFirst()
            accept(event)
            if outbox.contains(.quit) { break }
            // The wheel may scroll what has the focus away; everything else brings it back.
            if !event.isWheel { features.eachPane { $0.reveal() } }
            if all.count <= Self.fewEvents || event.dependsOnLayout { settle() }
        }
    }

    /// Whether an event waits until a pane is where the keys before it have sent it.
    private mutating func mustWait(_ event: InputEvent) -> Bool {
        let isUnderWay = layers.isEmpty && features.openPanes.contains(where: \.isUnderWay)
        let verdict = held.judge(event, isUnderWay: isUnderWay, now: due)
        if verdict == .giveUp { features.eachPane { if $0.isUnderWay { $0.stayHere() } } }
        return verdict == .wait
    }

    /// Gives input to what has the keys.
    mutating func accept(_ event: InputEvent) {
        switch event {
        case .key(let key): press(key)
        case .paste(let text): paste(text)
        case .mouse(let event): accept(event)
        case .resize(let size):
            settings.size = size
            releaseMouse()
        case .focus: break
        }
    }

    /// Gives a key to a text, if it is a letter of one, else does what the table says.
    mutating func press(_ key: Key) {
        let surface = typingSurface
        if let letter = key.letter, surface?.acceptsLetter(letter) == true { return paste(String(letter)) }
        for place in keyContexts(of: surface) {
            if let action = table.action(for: key, in: place), attempt(action.id) { return }
        }
        if let letter = key.letter, accept(stray: letter) { return }
        reportUnbound(key)
    }

    /// The contexts in which a key is looked up, in order.
    private func keyContexts(of surface: (any Surface)?) -> [ActionContext] {
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

    /// Says that a key does nothing: the last one alone, so that many of them cover no more than one.
    private mutating func reportUnbound(_ key: Key) {
        // With nothing to give up it is no mistake.
        guard key.code != .escape else { return }
        // Where a text takes letters, one of them would not show it.
        let takesLetters = typingSurface?.acceptsLetter("?") == true
        let helpKey = layers.top is HelpOverlay ? nil : table[.help]?.keys.first { !takesLetters || !$0.isLetter }
        let help = helpKey.map { "; \($0.label(settings.glyphs)) shows what does" } ?? ""
        let words = "\(key.label(settings.glyphs)) does nothing here\(help)."
        deliver(Announcement(severity: .info, text: words, matter: .unboundKey))
    }

    mutating func paste(_ text: String) {
        if layers.isEmpty {
            call(focus) { $0.paste(text, $1, &$2) }
        } else {
            onTop { $0.paste(text, $1, &$2) }
        }
    }

    /// What a letter would be given to now; nil while the focused pane gets no keys.
    var typingSurface: (any Surface)? {
        if let top = layers.top { return top }
        // On a screen that is too small for it, the focused pane gets no keys.
        return layout(context()).panes[focus] == nil ? nil : focusedPane
    }

    /// Calls the overlay on top and does what it asks for.
    @discardableResult
    mutating func onTop<Result>(_ body: (inout any Overlay, DashboardContext, inout Effects) -> Result) -> Result? {
        let context = context()
        guard let (result, effects) = layers.onTop({ body(&$0, context, &$1) }) else { return nil }
        run(effects)
        return result
    }

    /// Calls a pane and does what it asks for.
    mutating func call(_ pane: PaneID, _ body: (inout any Pane, DashboardContext, inout Effects) -> Void) {
        let context = context()
        var effects = Effects()
        features.change(pane) { body(&$0, context, &effects) }
        run(effects.list)
    }
}
