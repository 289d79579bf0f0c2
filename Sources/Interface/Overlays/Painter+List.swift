import Drawing

/// A row of a list in a window, as the mouse hits it.
struct ListRow {
    let index: Int
}

extension Painter {
    /// Draws as many rows of a list in a window as there is room for, down to the selected one at least; `paint` gets each with
    /// its ground, which is filled already.
    mutating func list(
        _ count: Int,
        selection: Int,
        in rect: Rect,
        paint: (_ index: Int, _ line: Rect, _ ground: StyleRole, _ painter: inout Painter) -> Void
    ) {
        let first = max(0, selection - rect.height + 1)
        for (row, index) in (0..<count).dropFirst(first).prefix(rect.height).enumerated() {
            let ground: StyleRole = index == selection ? .selection : .overlay
            let line = rect.row(row)
            canvas.fill(line, style: Style(.text, on: ground))
            hit(line, part: ListRow(index: index))
            paint(index, line, ground, &self)
        }
        scrollbar(total: count, offset: first, beside: rect)
    }
}
