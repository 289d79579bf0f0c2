extension StyledText {
    /// The words in lines of at most `columns` columns, broken at spaces and, where a word is longer, inside it; all lines
    /// but the first are indented by `indent`, at most half of the room.
    ///
    /// Spaces at a break go; those at the start of the text stay. Each cell is looked at a few times at most, whatever the
    /// length. Empty only without columns.
    package func wrapped(to columns: Int, indent: Int = 0) -> [StyledText] {
        guard columns > 0 else { return [] }
        guard width > columns else { return [self] }
        var breaker = StyledLineBreaker(columns: columns, indent: max(0, min(indent, columns / 2, columns - 2)))
        for span in spans {
            for cell in span.text.cells { breaker.feed(StyledCell(cell: cell, style: span.style)) }
        }
        return breaker.finish()
    }
}

private struct StyledCell {
    let cell: TextCell
    let style: Style

    var isSpace: Bool { cell.scalars.first == " " }
}

/// Breaks words of several styles into lines while their cells go by.
private struct StyledLineBreaker {
    let columns: Int
    let indent: Int
    private var lines: [StyledText] = []
    private var line: [StyledCell] = []
    private var width = 0
    /// Behind the last cell that is no space.
    private var end = 0
    /// Where the spaces before the last word begin, and where that word does.
    private var gap: (start: Int, word: Int)?
    private var seenWord = false
    private var isAfterBreak = false

    init(columns: Int, indent: Int) {
        self.columns = columns
        self.indent = indent
    }

    private var room: Int { lines.isEmpty ? columns : columns - indent }

    mutating func feed(_ cell: StyledCell) {
        if cell.isSpace, isAfterBreak { return }
        guard width + cell.cell.columns <= room || line.isEmpty else { return breakLine(before: cell) }
        if !cell.isSpace {
            if seenWord, line.last?.isSpace == true { gap = (end, line.count) }
            (seenWord, isAfterBreak) = (true, false)
        }
        line.append(cell)
        width += cell.cell.columns
        if !cell.isSpace { end = line.count }
    }

    private mutating func breakLine(before cell: StyledCell) {
        if cell.isSpace || (seenWord && line.last?.isSpace == true) {
            flush(line.prefix(end))
            feed(cell)
        } else if let gap {
            let word = line[gap.word...]
            flush(line.prefix(gap.start))
            // The rest of the room may be less than what the word had before it.
            for part in word { feed(part) }
            feed(cell)
        } else {
            flush(line[...])
            feed(cell)
        }
    }

    private mutating func flush(_ cells: ArraySlice<StyledCell>) {
        var text = StyledText(lines.isEmpty ? .empty : .spaces(indent))
        var run = TextRun()
        var style = Style.text
        for cell in cells {
            if cell.style != style {
                text.append(run.text, style)
                (run, style) = (TextRun(), cell.style)
            }
            run.append(cell.cell)
        }
        text.append(run.text, style)
        lines.append(text)
        (line, width, end, gap, seenWord, isAfterBreak) = ([], 0, 0, nil, false, true)
    }

    mutating func finish() -> [StyledText] {
        if end > 0 || lines.isEmpty { flush(line.prefix(lines.isEmpty ? line.count : end)) }
        return lines
    }
}

/// Cells of one style while they are put together.
private struct TextRun {
    private var scalars = String.UnicodeScalarView()
    private var width = 0
    private var isASCII = true

    var text: DisplayText { DisplayText(trusted: String(scalars), width: width, isASCII: isASCII) }

    mutating func append(_ cell: TextCell) {
        scalars.append(contentsOf: cell.scalars)
        width += cell.columns
        isASCII = isASCII && cell.scalars.allSatisfy(\.isASCII)
    }
}
