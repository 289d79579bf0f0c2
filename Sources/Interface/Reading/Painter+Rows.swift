import Drawing

/// A row of a text, as the mouse hits it.
struct ReadRow: Sendable {
    let index: Int
}

extension Painter {
    /// Draws the rows in view, the one of the cursor on `selection`, with a mark beside it.
    /// What `query` finds is marked in them.
    mutating func paint(
        _ page: RowReader.Page,
        _ reader: RowReader,
        in rect: Rect,
        selection: StyleRole?,
        on ground: StyleRole? = nil,
        scrollbar: Rect,
        marking query: FindQuery? = nil
    ) {
        var y = -reader.top.line
        for row in reader.visibleRows(page) {
            let isCursor = row == reader.cursor
            let surface = isCursor ? selection ?? ground : ground
            for (number, line) in page.source.lines(of: row, width: page.width).enumerated() {
                defer { y += 1 }
                guard y >= 0, y < rect.height else { continue }
                let place = rect.row(y)
                let bar = Rect(x: place.x - 1, y: place.y, width: place.width + 2, height: 1)
                if isCursor, let selection { canvas.fill(bar, style: Style(.text, on: selection)) }
                canvas.draw(surface == nil ? line : line.on(surface), in: place)
                if let query { mark(query, in: place) }
                hit(bar, part: ReadRow(index: row))
                guard isCursor, selection != nil else { continue }
                if number == 0 || y == 0 {
                    canvas.draw(glyphs.marker, at: bar.origin, style: Style(.accent, on: surface))
                }
                keepClear(bar)
            }
        }
        canvas.scrollbar(reader.extent(page), in: scrollbar, on: ground)
    }
}
