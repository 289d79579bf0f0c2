import Drawing

extension Painter {
    /// A cleared box in the middle of the screen; gives the room inside it.
    mutating func window(_ size: Size, title: DisplayText, footer: DisplayText = .empty) -> Rect {
        let screen = Rect(origin: .zero, size: context.settings.size)
        let rect = screen.inset(x: 1, y: 1).centered(size)
        canvas.fill(rect, style: Style(.text, on: .overlay))
        hit(rect, .surface)
        keepClear(rect)
        return canvas.box(
            rect,
            title: StyledText(title, .title),
            footer: StyledText(footer, .dim),
            isFocused: true,
            on: .overlay
        ).inset(x: 1)
    }

    /// Draws a sentence of a window in as many lines as it takes; where there is too little room for it, the last one ends with
    /// a mark.
    mutating func sentence(_ text: StyledText, in rect: Rect) {
        let lines = text.wrapped(to: rect.width)
        for (row, line) in lines.prefix(rect.height).enumerated() {
            let isCut = row == rect.height - 1 && lines.count > rect.height
            let marked = line + StyledText(glyphs.ellipsis, line.spans.last?.style ?? .text)
            let shown = isCut ? marked.truncated(to: rect.width, mark: glyphs.ellipsis) : line
            canvas.draw(shown.on(.overlay), in: rect.row(row))
        }
    }

    /// Shows how much of a list in a window is in view.
    mutating func scrollbar(total: Int, offset: Int, beside rect: Rect) {
        canvas.scrollbar(
            ScrollExtent(total: total, offset: offset, visible: rect.height),
            in: Rect(x: rect.maxX + 1, y: rect.y, width: 1, height: rect.height),
            on: .overlay
        )
    }
}
