import Domain
import Drawing

/// A longer text to read: wrapped to the window, scrolled, never cut.
struct TextReport: Sendable, Hashable {
    struct Paragraph: Sendable, Hashable {
        var text: String
        var role = StyleRole.text
        /// Stands before the first line; what follows is indented by its width.
        var mark = ""
    }

    let title: String
    var paragraphs: [Paragraph]
    var scroll = 0

    /// The lines at a width; line ends inside a paragraph are kept.
    func lines(width: Int) -> [StyledText] {
        paragraphs.flatMap { paragraph -> [StyledText] in
            let mark = DisplayText(paragraph.mark)
            let parts = DisplayText.lines(of: paragraph.text, maximum: 2000)
            let wrapped = parts.flatMap { $0.wrapped(to: max(8, width - mark.width)) }
            guard !wrapped.isEmpty else { return [StyledText()] }
            return wrapped.enumerated().map { index, line in
                StyledText(index == 0 ? mark : .spaces(mark.width), Style(paragraph.role))
                    + StyledText(line, Style(paragraph.role))
            }
        }
    }
}

extension State {
    /// Columns that a report's text has at the present size.
    var reportWidth: Int { max(8, min(100, settings.size.width - 2) - 4) }

    func paint(_ report: TextReport, _ painter: inout Painter) {
        let lines = report.lines(width: reportWidth)
        let inner = window(
            Size(width: reportWidth + 4, height: lines.count + 2),
            title: DisplayText(report.title),
            footer: "Esc closes",
            &painter
        )
        let first = min(report.scroll, max(0, lines.count - inner.height))
        for (row, line) in lines.dropFirst(first).prefix(inner.height).enumerated() {
            painter.canvas.draw(line.on(.overlay), in: inner.row(row))
        }
        painter.canvas.scrollbar(
            ScrollExtent(total: lines.count, offset: first, visible: inner.height),
            in: Rect(x: inner.maxX + 1, y: inner.y, width: 1, height: inner.height),
            on: .overlay
        )
    }
}
