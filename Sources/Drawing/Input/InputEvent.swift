/// What comes from the terminal, decoded.
package enum InputEvent: Hashable, Sendable {
    case key(Key)
    /// Pasted text in one piece, valid UTF-8, its line ends `\n`, free of other control characters but tabs.
    case paste(String)
    case mouse(MouseEvent)
    /// Whether the terminal's window gained the focus.
    case focus(Bool)
    case resize(Size)
}

/// One thing done with the mouse, and where.
package struct MouseEvent: Hashable, Sendable {
    package enum Button: Hashable, Sendable {
        case left
        case middle
        case right
    }

    package enum Wheel: Hashable, Sendable {
        case up
        case down
        case left
        case right
    }

    package enum Kind: Hashable, Sendable {
        case press(Button)
        case release(Button)
        case drag(Button)
        case wheel(Wheel)
    }

    package var kind: Kind
    /// The cell on the whole screen, from 0.
    package var position: Point
    package var modifiers: Key.Modifiers

    package init(_ kind: Kind, at position: Point, modifiers: Key.Modifiers = []) {
        self.kind = kind
        self.position = position
        self.modifiers = modifiers
    }
}
