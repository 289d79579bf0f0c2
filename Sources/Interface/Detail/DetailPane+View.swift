import Domain
import Drawing
import EngineAPI
import Primitives

extension DetailPane {
    /// The open event: what it is, one of its tabs, and what the cursor is on.
    func draw(in rect: Rect, _ painter: inout Painter) {
        guard let open else { return }
        let context = painter.context
        let content = content(of: rect)
        painter.canvas.box(
            rect,
            title: heading(open),
            footer: footer(context, room: rect.width - 6),
            isFocused: context.focus == .detail
        )
        let inner = rect.inset(left: 2, top: 1, right: 2, bottom: 1)
        let told = open.showsFailure ? open.detail.map { context.failureLine($0, width: inner.width) } : nil
        // Where the rows have little room, the row of the list says what this one does.
        let isLow = told != nil && !hasFailureRow(rect)
        if !isLow { painter.canvas.draw(context.about(open, width: inner.width), in: inner.row(0)) }
        paintTabs(open, in: inner.row(1), &painter)
        if let told {
            let row = inner.row(isLow ? 0 : 2)
            painter.canvas.draw(told, in: row)
            painter.hit(row, part: DetailTab.attempts)
        }
        // What it is, and how it stands: the first lines of the attempts.
        painter.keepClear(Rect(x: rect.x, y: rect.y, width: rect.width, height: min(rect.height, 6)))
        if let finding {
            let row = Rect(x: content.x, y: content.maxY, width: content.width, height: 1)
            let hasFocus = context.focus == .detail
            finding.line.draw(in: row, status: finding.status(context.glyphs), hasFocus: hasFocus, &painter)
        }
        guard let rows = open.rows, !content.isEmpty else { return }
        painter.paint(
            RowReader.Page(rows.content.source, content.size),
            open.reader,
            in: content,
            selection: context.focus == .detail ? .selection : nil,
            scrollbar: Rect(x: rect.maxX - 1, y: content.y, width: 1, height: content.height),
            marking: finding?.query
        )
    }

    /// The path under the cursor, its end at any width; what was not read is said there, too.
    private func footer(_ context: DashboardContext, room: Int) -> StyledText {
        if let failure = open?.failure, open?.detail != nil {
            return StyledText(DisplayText("Not up to date: \(failure)"), .statusFail)
        }
        guard context.focus == .detail, let path = context.openField?.path else { return StyledText() }
        let text = DisplayText(path, limit: DetailLimits.columns)
        return StyledText(text.truncated(to: max(8, room), .start, mark: context.glyphs.ellipsis), .dim)
    }

    private func heading(_ open: OpenEvent) -> StyledText {
        guard let event = open.detail?.event else { return StyledText("Event", .title) }
        return StyledText(DisplayText(event.change.rawValue), Style(event.change.role).with(.bold))
            + StyledText(" " + DisplayText(event.object), .title)
    }

    /// Where there is no room for all, those around the active one, with a sign at each end that hides some.
    private func paintTabs(_ open: OpenEvent, in row: Rect, _ painter: inout Painter) {
        let sign = 2
        let labels = DetailTab.allCases.map { tab -> (tab: DetailTab, text: DisplayText) in
            let count = open.detail.flatMap(tab.count).map { " \($0)" } ?? ""
            let label = DisplayText(tab.title + count)
            return (tab, tab == open.tab ? "[" + label + "]" : " " + label + " ")
        }
        func width(_ shown: ArraySlice<(tab: DetailTab, text: DisplayText)>) -> Int {
            let ends = (shown.startIndex > 0 ? sign : 0) + (shown.endIndex < labels.count ? sign : 0)
            return shown.reduce(ends - 1) { $0 + $1.text.width + 1 }
        }
        var shown = labels[...]
        while shown.count > 1, width(shown) > row.width {
            if shown.last?.tab == open.tab { shown.removeFirst() } else { shown.removeLast() }
        }
        var x = row.x
        func put(_ text: DisplayText, _ style: Style, for tab: DetailTab) {
            let width = painter.canvas.draw(text, at: Point(x: x, y: row.y), style: style)
            painter.hit(Rect(x: x, y: row.y, width: width, height: 1), part: tab)
            x += width + 1
        }
        if shown.startIndex > 0 { put(painter.glyphs.previous, .dim, for: labels[shown.startIndex - 1].tab) }
        for (tab, text) in shown { put(text, tab == open.tab ? .accent : .dim, for: tab) }
        if shown.endIndex < labels.count { put(painter.glyphs.next, .dim, for: labels[shown.endIndex].tab) }
    }

    /// Where the rows stand: less the border, the heading, the line of tabs, that about a failure and that in which one finds.
    func content(of rect: Rect) -> Rect {
        let hasRow = open?.showsFailure == true && hasFailureRow(rect)
        return rect.inset(left: 2, top: hasRow ? 4 : 3, right: 2, bottom: finding == nil ? 1 : 2)
    }

    /// Whether the line about a failure has a row of its own.
    private func hasFailureRow(_ rect: Rect) -> Bool { rect.height >= 8 }
}

extension DashboardContext {
    /// The record, and when it changed: of what has no room beside its name, the times go first.
    fileprivate func about(_ open: OpenEvent, width: Int) -> StyledText {
        guard let event = open.detail?.event else { return StyledText() }
        let id = StyledText(DisplayText(event.recordID), .text)
        let changed: DisplayText = "  changed " + (isToday(event.date) ? clock(event.date) : fullClock(event.date))
        let stored: DisplayText = ", stored " + storedClock(event)
        let source: DisplayText = "  by " + DisplayText(event.source.rawValue)
        let undeleted = event.isUndelete ? StyledText("  undeleted", .statusInfo) : StyledText()
        let name = event.shownName.map { DisplayText($0, limit: 1000) } ?? ""
        let kinds: [DisplayText] = [changed + stored + source, changed + source, source, .empty]
        let facts = kinds.map { id + StyledText($0, .dim) + undeleted }
        guard !name.isEmpty else { return facts.first { $0.width <= width } ?? id }
        // However long it is, what tells the event from others stands beside it.
        let least = min(name.width, max(16, width / 2))
        let text = facts.first { $0.width + 2 + least <= width } ?? id
        let room = max(width - text.width - 2, min(16, width / 3))
        return StyledText(name.truncated(to: room, mark: glyphs.ellipsis) + "  ", .title) + text
    }

    /// Without the date where it is that of the change.
    private func storedClock(_ event: ChangeEvent) -> DisplayText {
        let isSameDay = local(event.date).datePart == local(event.receivedAt).datePart
        return isSameDay ? clock(event.receivedAt) : fullClock(event.receivedAt)
    }
}
