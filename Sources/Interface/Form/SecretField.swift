import Domain

/// A text that stays masked; what is in force is never shown, only kept, replaced or removed.
struct SecretField: Sendable, Hashable {
    /// Whether a value is in force, which the screen never learns unless it is no secret.
    let isSet: Bool
    /// The value in force where the engine shows it, as it does the consumer key.
    let shown: String?
    /// Nil: the value in force is kept.
    private(set) var replacement: TextField?
    var isRevealed = false

    /// - Parameter stored: `secretMask`, or a value that is no secret, where one is in force; empty where none is.
    init(stored: String) {
        isSet = !stored.isEmpty
        shown = isSet && stored != secretMask ? stored : nil
        replacement = isSet ? nil : TextField()
    }

    /// What goes into a draft.
    var value: String { replacement?.text ?? shown ?? secretMask }

    /// Puts a value there as it is, line ends included.
    mutating func replace(_ text: String) {
        var field = TextField()
        field.set(text)
        replacement = field
    }

    mutating func insert(_ text: String) {
        var field = replacement ?? TextField()
        field.insert(text)
        replacement = field
    }

    mutating func perform(_ action: ActionID) -> Bool {
        if action == .revealSecret {
            isRevealed.toggle()
            return true
        }
        guard var field = replacement else { return startOver(action) }
        if isSet, field.isEmpty, action == .undoEdit {
            replacement = nil
            return true
        }
        guard field.perform(action) else { return false }
        replacement = field
        return true
    }

    /// Removing anything from a hidden value removes all of it.
    private mutating func startOver(_ action: ActionID) -> Bool {
        switch action {
        case .deleteLeft, .deleteRight, .deleteWordLeft, .deleteWordRight, .deleteToStart, .deleteToEnd:
            replacement = TextField()
            return true
        // Moving about in a masked value goes nowhere, but it isn't another control's business.
        default: return [.cursorLeft, .cursorRight, .cursorHome, .cursorEnd].contains(action)
        }
    }
}
