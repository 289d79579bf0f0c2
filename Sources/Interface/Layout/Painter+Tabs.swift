import Drawing

extension Painter {
    /// The panes of a narrow screen.
    mutating func drawTabs(_ panes: [any Pane], in row: Rect) {
        var x = row.x + 1
        for (number, pane) in panes.enumerated() {
            let id = type(of: pane).id
            let isActive = id == context.focus
            let isDirty = pane.unsavedWork(context) != nil
            let mark = isActive ? glyphs.marker : " "
            let label = mark + DisplayText("\(number + 1) \(id.name)") + (isDirty ? glyphs.changed : "") + " "
            let style: Style = isActive ? Style(.title, on: .selection) : .dim
            let width = canvas.draw(label, at: Point(x: x, y: row.y), style: style)
            hit(Rect(x: x, y: row.y, width: width, height: 1), .effect(.focus(id)))
            x += width + 1
        }
    }
}
