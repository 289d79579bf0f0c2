extension Canvas {
    /// Draws a border around `rect` with words in its upper and lower edge, and gives the room inside.
    ///
    /// A box that has the focus differs in its lines and carries a mark before its title, not only in colour.
    @discardableResult
    package mutating func box(
        _ rect: Rect,
        title: StyledText = StyledText(),
        trailing: StyledText = StyledText(),
        footer: StyledText = StyledText(),
        isFocused: Bool = false,
        on ground: StyleRole? = nil
    ) -> Rect {
        guard !rect.isEmpty else { return rect }
        let style = (isFocused ? Style.borderFocus : .border).on(ground)
        let lines = isFocused ? glyphs.focusBox : glyphs.box
        let right = rect.maxX - 1
        let bottom = rect.maxY - 1
        fill(rect.row(0).inset(x: 1), with: lines.horizontal, style: style)
        fill(rect.row(rect.height - 1).inset(x: 1), with: lines.horizontal, style: style)
        for column in [rect.x, right] {
            fill(
                Rect(x: column, y: rect.y + 1, width: 1, height: rect.height - 2),
                with: lines.vertical,
                style: style
            )
        }
        draw(lines.topLeft, at: rect.origin, style: style)
        draw(lines.topRight, at: Point(x: right, y: rect.y), style: style)
        if rect.height > 1 {
            draw(lines.bottomLeft, at: Point(x: rect.x, y: bottom), style: style)
            draw(lines.bottomRight, at: Point(x: right, y: bottom), style: style)
        }
        drawTitle(title, trailing: trailing, in: rect.row(0).inset(x: 2), isFocused: isFocused, ground: ground)
        if rect.height > 1, !footer.isEmpty {
            edge(footer, in: rect.row(rect.height - 1).inset(x: 2), .right, ground: ground)
        }
        return rect.inset(x: 1, y: 1)
    }

    /// Draws a horizontal line that joins the borders at both ends of its row, with words in it.
    package mutating func separator(
        _ row: Rect,
        title: StyledText = StyledText(),
        isFocused: Bool = false,
        on ground: StyleRole? = nil
    ) {
        guard !row.isEmpty else { return }
        let style = (isFocused ? Style.borderFocus : .border).on(ground)
        let lines = isFocused ? glyphs.focusBox : glyphs.box
        fill(row.row(0), with: lines.horizontal, style: style)
        draw(lines.teeRight, at: row.origin, style: style)
        draw(lines.teeLeft, at: Point(x: row.maxX - 1, y: row.y), style: style)
        edge(title, in: row.row(0).inset(x: 2), .left, ground: ground)
    }

    private mutating func drawTitle(
        _ title: StyledText,
        trailing: StyledText,
        in row: Rect,
        isFocused: Bool,
        ground: StyleRole?
    ) {
        let marked = isFocused && !title.isEmpty ? StyledText(glyphs.marker + " ", .borderFocus) + title : title
        // The title comes first; what stands at the right shows only if both fit.
        if marked.width + trailing.width + 5 <= row.width || marked.isEmpty {
            edge(trailing, in: row, .right, ground: ground)
        }
        edge(marked, in: row, .left, ground: ground)
    }

    /// Words in an edge stand between two spaces.
    private mutating func edge(_ words: StyledText, in row: Rect, _ alignment: Alignment, ground: StyleRole?) {
        guard !words.isEmpty, row.width > 2 else { return }
        let shown = words.truncated(to: row.width - 2, mark: glyphs.ellipsis)
        let padded = StyledText(" ") + shown + StyledText(" ")
        draw(ground == nil ? padded : padded.grounded(ground), in: row, alignment)
    }
}

extension StyledText {
    /// The same words on `ground` where they have no surface of their own.
    fileprivate func grounded(_ ground: StyleRole?) -> StyledText {
        var result = StyledText()
        for span in spans { result.append(span.text, span.style.ground == nil ? span.style.on(ground) : span.style) }
        return result
    }
}
