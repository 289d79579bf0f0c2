import Drawing

extension ArraySlice<InputEvent> {
    /// The letters that it begins with and that go into a text, if one has the keys; empty otherwise.
    func typedLetters(into surface: @autoclosure () -> (any Surface)?) -> String {
        // Asked for each letter of what may be very many.
        guard case .key(let key)? = first, key.isLetter, let surface = surface() else { return "" }
        var text = String.UnicodeScalarView()
        for event in self {
            guard case .key(let key) = event, case .character(let character) = key.code, key.modifiers.isEmpty,
                let scalar = character.unicodeScalars.first, character.unicodeScalars.count == 1,
                surface.acceptsLetter(character)
            else { break }
            text.append(scalar)
        }
        return String(text)
    }
}

extension InputEvent {
    /// Whether where things stand decides what the event means.
    var dependsOnLayout: Bool {
        switch self {
        case .mouse, .resize: true
        default: false
        }
    }

    var isWheel: Bool { if case .mouse(let mouse) = self, case .wheel = mouse.kind { true } else { false } }
}
