import Drawing

extension Painter {
    /// Draws a text that is typed into one row: the part of it around the cursor, which stands there where it has the focus. In
    /// an empty one stands what can be written.
    mutating func field(
        _ field: TextField,
        in box: Rect,
        _ style: Style,
        hasFocus: Bool = true,
        hint: DisplayText? = nil
    ) {
        canvas.fill(box, style: style)
        let window = field.window(width: box.width, mark: glyphs.ellipsis)
        canvas.draw(window.text, at: box.origin, style: style, width: box.width)
        if hasFocus { cursor = canvas.visible(box.origin.offset(x: window.cursor)) }
        if let hint, field.isEmpty { canvas.draw(hint, in: box.inset(left: 1), style: Style(.faint, on: style.role)) }
    }
}
