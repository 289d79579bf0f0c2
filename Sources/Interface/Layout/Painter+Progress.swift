import Drawing

extension Painter {
    /// What is under way, a line each, as far as there is room.
    mutating func drawProgress(_ lines: [ProgressLine], in rect: Rect) {
        for (row, line) in lines.prefix(rect.height).enumerated() {
            canvas.draw(line.text, in: rect.row(row).inset(x: 1))
            hit(rect.row(row), action: line.target)
        }
    }

    /// In place of everything, on a screen below `DashboardLayout.minimum`.
    mutating func drawTooSmall() {
        let size = context.settings.size
        let needed = DashboardLayout.minimum
        let lines: [DisplayText] = [
            "Too small",
            DisplayText("\(size.width)×\(size.height), needs \(needed.width)×\(needed.height)"),
            "q quits",
        ]
        let shown = Array(lines.prefix(max(0, size.height)))
        let top = (size.height - shown.count) / 2
        for (row, line) in shown.enumerated() {
            let rect = Rect(x: 0, y: top + row, width: size.width, height: 1)
            canvas.draw(line, in: rect, .center, style: row == 0 ? .title : .text)
        }
    }
}
