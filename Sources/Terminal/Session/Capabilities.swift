package import Drawing

/// What the terminal at hand can do.
package struct Capabilities: Hashable, Sendable {
    /// The description in use, as TERM names it.
    package let term: String
    package let depth: ColorDepth
    /// Whether text is sent as UTF-8; without it only ASCII glyphs can be shown.
    package let isUTF8: Bool

    /// The glyphs to draw with, ASCII if asked for or if there is no choice.
    package func glyphs(ascii: Bool) -> Glyphs { ascii || !isUTF8 ? .ascii : .unicode }
}
