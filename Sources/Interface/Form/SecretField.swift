import Domain
import Drawing

/// A text that stays masked; what is in force is never shown, only kept, replaced or removed.
struct SecretField: Sendable, Hashable {
    /// Whether a value is in force, which the screen never learns.
    let isSet: Bool
    /// Nil: the value in force is kept.
    private(set) var replacement: TextField?
    var isRevealed = false

    /// - Parameter stored: `secretMask` where a value is in force, empty where none is.
    init(stored: String) {
        isSet = !stored.isEmpty
        replacement = isSet ? nil : TextField()
    }

    /// What goes into a draft.
    var value: String { replacement?.text ?? secretMask }

    var isKept: Bool { replacement == nil }

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

    mutating func handle(_ key: Key) -> Bool {
        if key == .ctrl("r") {
            isRevealed.toggle()
            return true
        }
        guard var field = replacement else { return startOver(key) }
        if isSet, field.isEmpty, key == .ctrl("_") {
            replacement = nil
            return true
        }
        guard field.handle(key) else { return false }
        replacement = field
        return true
    }

    /// Removing anything from a hidden value removes all of it.
    private mutating func startOver(_ key: Key) -> Bool {
        switch key {
        case .backspace, .delete, .ctrl("u"), .ctrl("k"), .ctrl("w"), .ctrl("h"), .ctrl("d"):
            replacement = TextField()
            return true
        default:
            var field = TextField()
            guard case .character = key.code, key.modifiers.isEmpty, field.handle(key) else {
                // Moving about in a masked value goes nowhere, but it isn't another control's business.
                return [.left, .right, .home, .end].contains(key)
            }
            replacement = field
            return true
        }
    }
}
