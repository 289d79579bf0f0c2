import Drawing

/// Where a person stands in rows: on one of them, with so many lines in view.
///
/// It looks only at rows near those in view, so the length of the text never matters.
struct RowReader: Sendable, Hashable {
    /// A line of a row.
    struct Position: Sendable, Hashable {
        var row: Int
        var line: Int
    }

    private(set) var cursor = 0
    /// What stands in the first line of the view.
    private(set) var top = Position(row: 0, line: 0)

    /// The rows, and the room that they have.
    struct Page {
        let source: any RowSource
        let width: Int
        let height: Int

        init(_ source: any RowSource, _ size: Size) {
            self.source = source
            (width, height) = (max(1, size.width), max(1, size.height))
        }

        /// One where there is no such row, as one that has gone may still be asked for.
        func count(_ row: Int) -> Int {
            guard row >= 0, row < source.count else { return 1 }
            return max(1, source.lines(of: row, width: width).count)
        }
    }

    mutating func reset() { self = RowReader() }

    mutating func move(_ motion: ListMotion, on page: Page) {
        switch motion {
        case .rows(1): step(down: true, page)
        case .rows(-1): step(down: false, page)
        case .rows(let lines): turn(by: lines, page)
        case .first: go(to: 0, on: page)
        case .last: go(to: page.source.count - 1, on: page)
        }
    }

    /// Moves as an action says; false if it is no action that does.
    mutating func perform(_ action: ActionID, on page: Page) -> Bool {
        guard let motion = ListMotion(action, page: max(2, page.height - 1)) else { return false }
        move(motion, on: page)
        return true
    }

    /// The first click selects; whether the row was selected already, and the click opens it.
    mutating func press(_ row: ReadRow, on page: Page) -> Bool {
        if cursor == row.index { return true }
        go(to: row.index, on: page)
        return false
    }

    /// Puts the cursor on a row, and the view with as little movement as possible.
    mutating func go(to row: Int, on page: Page) {
        cursor = min(max(0, row), max(0, page.source.count - 1))
        reveal(page)
    }

    /// Puts the cursor on a row with one of its lines in view, which matters where it is taller than that.
    mutating func go(to row: Int, line: Int, on page: Page) {
        go(to: row, on: page)
        let line = min(max(0, line), page.count(cursor) - 1)
        let below = self.line(of: cursor, page) + line
        if below < 0 {
            top = Position(row: cursor, line: line)
        } else if below >= page.height {
            top = clamped(place(below - page.height + 1, from: top, page), page)
        }
    }

    /// Moves the view, and takes the cursor along only where it would leave it.
    mutating func scroll(by lines: Int, on page: Page) {
        guard page.source.count > 0 else { return }
        top = clamped(place(lines, from: top, page), page)
        let rows = visibleRows(page)
        cursor = min(max(cursor, rows.lowerBound), max(rows.lowerBound, rows.upperBound - 1))
    }

    /// Rows came before all others, or went there: the same ones stay in view.
    mutating func insert(rows: Int) {
        cursor = max(0, cursor + rows)
        top = top.row + rows < 0 ? Position(row: 0, line: 0) : Position(row: top.row + rows, line: top.line)
    }

    /// Keeps the place inside rows that changed, or that have other room.
    mutating func settle(on page: Page) {
        cursor = min(max(0, cursor), max(0, page.source.count - 1))
        if top.row >= page.source.count { top = Position(row: max(0, page.source.count - 1), line: 0) }
        guard page.source.count > 0 else { return top = Position(row: 0, line: 0) }
        top.line = min(top.line, page.count(top.row) - 1)
        top = clamped(top, page)
        reveal(page)
    }

    // MARK: Moving

    /// A row further; through one that is taller than the view, line by line.
    private mutating func step(down: Bool, _ page: Page) {
        guard page.source.count > 0 else { return }
        if down {
            let before = top
            if !isEndVisible(of: cursor, page) { top = clamped(place(1, from: top, page), page) }
            if top == before { go(to: cursor + 1, on: page) }
        } else if top.row == cursor, top.line > 0 {
            top.line -= 1
        } else {
            go(to: cursor - 1, on: page)
        }
    }

    private mutating func turn(by lines: Int, _ page: Page) {
        guard page.source.count > 0 else { return }
        let offset = max(0, line(of: cursor, page))
        let before = top
        top = clamped(place(lines, from: top, page), page)
        guard top != before else { return go(to: lines > 0 ? page.source.count - 1 : 0, on: page) }
        cursor = place(offset, from: top, page).row
    }

    private mutating func reveal(_ page: Page) {
        guard page.source.count > 0 else { return }
        if cursor < top.row {
            top = Position(row: cursor, line: max(0, page.count(cursor) - page.height))
        } else if cursor > top.row, !isEndVisible(of: cursor, page) {
            // Its last line in the last one of the view; the first, if it is taller.
            let lines = page.count(cursor)
            top = place(min(lines, page.height) - page.height, from: Position(row: cursor, line: 0), page)
        }
    }

    // MARK: Lines

    /// The place so many lines further, inside the text.
    private func place(_ lines: Int, from start: Position, _ page: Page) -> Position {
        var place = start
        var left = lines
        while left > 0 {
            let rest = page.count(place.row) - 1 - place.line
            if left <= rest { return Position(row: place.row, line: place.line + left) }
            guard place.row + 1 < page.source.count else { return Position(row: place.row, line: place.line + rest) }
            left -= rest + 1
            place = Position(row: place.row + 1, line: 0)
        }
        while left < 0 {
            if -left <= place.line { return Position(row: place.row, line: place.line + left) }
            guard place.row > 0 else { return Position(row: 0, line: 0) }
            left += place.line + 1
            place = Position(row: place.row - 1, line: page.count(place.row - 1) - 1)
        }
        return place
    }

    /// Not so far down that lines of the view would stay empty.
    private func clamped(_ place: Position, _ page: Page) -> Position {
        var lines = -place.line
        for row in place.row..<max(place.row, page.source.count) {
            lines += page.count(row)
            if lines >= page.height { return place }
        }
        let last = max(0, page.source.count - 1)
        guard page.source.count > 0 else { return Position(row: 0, line: 0) }
        return self.place(1 - page.height, from: Position(row: last, line: page.count(last) - 1), page)
    }

    /// How many lines below the top a row begins; those beyond the view count as its height.
    private func line(of row: Int, _ page: Page) -> Int {
        var lines = -top.line
        var index = top.row
        while index < row, lines < page.height {
            lines += page.count(index)
            index += 1
        }
        return lines
    }

    private func isEndVisible(of row: Int, _ page: Page) -> Bool {
        row >= top.row && line(of: row, page) + page.count(row) <= page.height
    }

    /// The rows of which something is in view.
    func visibleRows(_ page: Page) -> Range<Int> {
        var lines = -top.line
        var row = top.row
        while row < page.source.count, lines < page.height {
            lines += page.count(row)
            row += 1
        }
        return top.row..<max(top.row, row)
    }

    /// How much of the text is in view, counted in rows where that is not known in lines.
    func extent(_ page: Page) -> ScrollExtent {
        let rows = visibleRows(page)
        var lines = -top.line
        for row in rows { lines += page.count(row) }
        let offset = top.row + top.line
        return ScrollExtent(
            total: offset + lines + page.source.count - rows.upperBound,
            offset: offset,
            visible: page.height
        )
    }
}
