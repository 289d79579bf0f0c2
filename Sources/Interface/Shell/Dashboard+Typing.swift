import Drawing

extension Dashboard {
    /// Events up to this many are settled one by one, as if each had come alone.
    private static let fewEvents = 64

    /// Accepts input that arrived together: letters for a text in one piece, so that much of it costs little.
    mutating func accept(_ events: [InputEvent]) {
        var rest = events[...]
        while let event = rest.first {
            let run = typed(rest)
            let count = run.unicodeScalars.count
            if count > 1 {
                paste(run)
                rest.removeFirst(count)
                reveal()
                continue
            }
            rest.removeFirst()
            accept(event)
            if outbox.contains(.quit) { break }
            // The wheel may scroll what has the focus away; everything else brings it back.
            if case .mouse(let mouse) = event, case .wheel = mouse.kind {} else { reveal() }
            if events.count <= Self.fewEvents || event.dependsOnLayout { settle() }
        }
    }

    /// The letters that begin `events` and go into a text, if one has the keys.
    private func typed(_ events: ArraySlice<InputEvent>) -> String {
        var text = String.UnicodeScalarView()
        // Asked for each letter of what may be very many.
        guard case .key(let first)? = events.first, first.isLetter, let surface = typingSurface else { return "" }
        for event in events {
            guard case .key(let key) = event, case .character(let character) = key.code, key.modifiers.isEmpty,
                let scalar = character.unicodeScalars.first, character.unicodeScalars.count == 1,
                surface.acceptsLetter(character)
            else { break }
            text.append(scalar)
        }
        return String(text)
    }

    private mutating func reveal() {
        for pane in openPanes { _ = change(type(of: pane).id) { $0.reveal() } }
    }
}

extension InputEvent {
    /// Whether where things stand decides what the event means.
    fileprivate var dependsOnLayout: Bool {
        switch self {
        case .mouse, .resize: true
        default: false
        }
    }
}
