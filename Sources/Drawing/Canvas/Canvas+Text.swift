extension Canvas {
    /// Draws a text from a point on, and gives the columns it takes.
    ///
    /// With `width` it is cut to so many columns, with a mark where something is missing.
    @discardableResult
    package mutating func draw(
        _ text: DisplayText,
        at point: Point,
        style: Style = .text,
        width: Int? = nil,
        _ truncation: Truncation = .end
    ) -> Int {
        let text = width.map { text.truncated(to: $0, truncation, mark: glyphs.ellipsis) } ?? text
        guard point.y >= 0, point.y < size.height else { return text.width }
        var x = point.x
        for cell in text.cells {
            if x >= size.width { break }
            put(cell, at: Point(x: x, y: point.y), style: style)
            x += cell.columns
        }
        return text.width
    }

    /// Draws words of several styles from a point on, and gives the columns they take.
    @discardableResult
    package mutating func draw(_ text: StyledText, at point: Point, width: Int? = nil) -> Int {
        let text = width.map { text.truncated(to: $0, mark: glyphs.ellipsis) } ?? text
        var x = point.x
        for span in text.spans { x += draw(span.text, at: Point(x: x, y: point.y), style: span.style) }
        return x - point.x
    }

    /// Draws a text in the first row of `rect`, aligned, cut where there isn't room.
    package mutating func draw(
        _ text: DisplayText,
        in rect: Rect,
        _ alignment: Alignment = .left,
        style: Style = .text,
        _ truncation: Truncation = .end
    ) {
        guard !rect.isEmpty else { return }
        let text = text.truncated(to: rect.width, truncation, mark: glyphs.ellipsis)
        let start = alignment.start(of: text.width, in: rect.width)
        draw(text, at: rect.origin.offset(x: start), style: style)
    }

    /// Draws words of several styles in the first row of `rect`, cut where there isn't room.
    package mutating func draw(_ text: StyledText, in rect: Rect, _ alignment: Alignment = .left) {
        guard !rect.isEmpty else { return }
        let text = text.truncated(to: rect.width, mark: glyphs.ellipsis)
        let start = alignment.start(of: text.width, in: rect.width)
        draw(text, at: rect.origin.offset(x: start))
    }

    /// Draws a text over the rows of `rect`, broken between words, and gives the rows it needs in all.
    @discardableResult
    package mutating func draw(wrapping text: DisplayText, in rect: Rect, style: Style = .text) -> Int {
        let lines = text.wrapped(to: rect.width)
        for (row, line) in lines.prefix(rect.height).enumerated() {
            let isCut = row == rect.height - 1 && lines.count > rect.height
            let shown = isCut ? (line + glyphs.ellipsis).truncated(to: rect.width, mark: glyphs.ellipsis) : line
            draw(shown, at: rect.origin.offset(y: row), style: style)
        }
        return lines.count
    }

    /// Repeats one character over all of `rect`.
    package mutating func fill(_ rect: Rect, with glyph: DisplayText, style: Style) {
        guard let cell = glyph.cells.first(where: { _ in true }), cell.columns == 1 else { return }
        let area = visible(rect)
        for y in area.y..<max(area.y, area.maxY) {
            for x in area.x..<max(area.x, area.maxX) { put(cell, at: Point(x: x, y: y), style: style) }
        }
    }
}
