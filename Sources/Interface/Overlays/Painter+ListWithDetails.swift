import Drawing

extension Painter {
    /// A list in a window, the selected row among those that show, and below a line all about that one.
    mutating func listWithDetails<Item>(
        _ items: [Item],
        selected: Int,
        rows: Int,
        about: [StyledText],
        in inner: Rect,
        _ paint: (_ item: Item, _ isSelected: Bool, _ row: Rect, inout Painter) -> Void
    ) {
        var rest = inner
        let shown = rest.cutTop(min(rows, max(1, inner.height - about.count - 1)))
        let first = min(max(0, selected - shown.height + 1), max(0, items.count - shown.height))
        for (row, item) in items.dropFirst(first).prefix(shown.height).enumerated() {
            paint(item, first + row == selected, shown.row(row), &self)
        }
        scrollbar(total: items.count, offset: first, beside: shown)
        guard rest.height > 1 else { return }
        let line = rest.cutTop(1)
        canvas.separator(
            Rect(x: line.x - 2, y: line.y, width: line.width + 4, height: 1),
            isFocused: true,
            on: .overlay
        )
        for (row, line) in about.prefix(rest.height).enumerated() { canvas.draw(line.on(.overlay), in: rest.row(row)) }
    }
}
