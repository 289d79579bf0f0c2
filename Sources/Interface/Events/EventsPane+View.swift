import Domain
import Drawing
import Primitives

extension EventsPane {
    /// The live list of events, or what to do while there are none.
    func draw(in rect: Rect, _ painter: inout Painter) {
        let context = painter.context
        let followWords = followWords(context)
        let markWords = markWords(context)
        let reachWords = reachWords(context).map { StyledText(" · ", .faint) + $0 } ?? StyledText()
        let found = filtering.isOn && filtering.line == nil ? filteredTotals() : nil
        // A third at least, and more where nothing else needs it: corners, margins, and what comes before the filter.
        let name = StyledText(DisplayText(listName), .title)
        let facts = followWords.width + markWords.width + reachWords.width
        let beside = name.width - 6 + facts + (found?.width ?? 0)
        let free = found == nil ? 0 : rect.width - beside - 33
        let filterWords = filterWords(room: max(8, rect.width / 3, free), context)
        let room = rect.width - 14 - name.width - facts - filterWords.width
        let title =
            name + filterWords + reachWords + markWords
            + (context.instance == nil ? StyledText() : StyledText(" · ", .faint) + followWords)
        let totals = found == nil ? Totals(parts(room: room, context)) : Totals([.init(text: found ?? StyledText())])
        let isFocused = context.focus == .events
        painter.canvas.box(rect, title: title, trailing: totals.text, isFocused: isFocused)
        if title.width + totals.text.width + (isFocused ? 2 : 0) + 9 <= rect.width { totals.hit(in: rect, &painter) }
        var inner = rect.inset(left: 2, top: 1, right: 2, bottom: 1)
        if let line = filtering.line {
            paintFilterLine(line, in: inner.cutBottom(line.height(in: rect)), &painter)
        }
        if let finding { paintFindLine(finding, in: inner.cutBottom(1), &painter) }
        guard !window.rows.isEmpty else { return paintEmpty(inner, &painter) }
        let heatRows = heatRows(in: rect, context)
        if heatRows > 0 { paintHeat(in: inner.cutTop(heatRows), &painter) }
        let columns = columns(width: inner.width, context)
        paintHeads(columns, in: inner.row(0), &painter)
        let body = inner.inset(top: 1)
        for (number, line) in window.lines.prefix(body.height).enumerated() {
            switch line {
            case .row(let index): draw(window.rows[index], columns, in: body.row(number), &painter)
            case .day(let moment): paintDay(moment, in: body.row(number), &painter)
            }
        }
        paintScrollbar(Rect(x: rect.maxX - 1, y: body.y, width: 1, height: body.height), &painter)
    }

    /// Rows that the open lines of filter and search take from the list.
    func linesBelow(in rect: Rect) -> Int {
        (filtering.line?.height(in: rect) ?? 0) + (finding == nil ? 0 : 1)
    }

    /// Between rows of two days.
    private func paintDay(_ moment: Timestamp, in row: Rect, _ painter: inout Painter) {
        painter.canvas.fill(row, with: painter.glyphs.box.horizontal, style: .faint)
        let words = " " + painter.context.date(moment) + " "
        painter.canvas.draw(words, in: row.inset(left: 2), style: .dim)
    }

    private func followWords(_ context: DashboardContext) -> StyledText {
        if context.instances.isEngineStopped { return StyledText("STOPPED", .statusFail) }
        if context.instances.loss != nil { return StyledText("NODE LOST", .statusFail) }
        if context.instances.silence != nil { return StyledText("NODE SLOW", .statusWarn) }
        if window.failure != nil {
            return StyledText(context.glyphs.failure + " CAN'T BE READ, trying again", .statusFail)
        }
        if window.isFollowing { return StyledText("FOLLOWING", .statusOK) }
        guard window.hasNew else { return StyledText("PAUSED", .statusWarn) }
        let count = newCount.map { "\($0.grouped) new " } ?? "new "
        return StyledText("PAUSED", .statusWarn) + StyledText(" — ", .dim)
            + StyledText(DisplayText(count) + context.glyphs.down, .accent)
    }

    /// How many there are and how they stand, in so many columns: what failed stays longest, at last without words, and of
    /// that what is dead.
    private func parts(room: Int, _ context: DashboardContext) -> [Totals.Part] {
        guard context.instance != nil, let counts = counts.value else { return [] }
        let glyphs = context.glyphs
        var parts = [Totals.Part(text: StyledText(DisplayText(position() ?? counts.total.grouped), .dim))]
        func add(_ count: Int64, _ mark: DisplayText, _ word: DisplayText, _ style: Style, _ filter: String, rank: Int)
        {
            guard count > 0 else { return }
            let text = StyledText(mark + DisplayText(count.grouped) + word, style)
            parts.append(.init(text: text, filter: filter, rank: rank))
        }
        add(counts.open, "", " open", .statusInfo, StateTurn.open.term, rank: 1)
        add(counts.dead, glyphs.failure + " ", " dead", .statusFail, StateTurn.dead.term, rank: 3)
        let replays = counts.byReplay[.failed] ?? 0
        let word: DisplayText =
            parts.reduce(30) { $0 + $1.text.width } > room ? "" : replays == 1 ? " replay failed" : " replays failed"
        add(replays, glyphs.replay + " " + glyphs.failure + " ", word, .statusFail, "replay:failed", rank: 2)
        func isTooWide() -> Bool { parts.count > 1 && Totals(parts).text.width > room }
        for rank in 0...1 where isTooWide() { parts.removeAll { $0.rank == rank } }
        if isTooWide(), let dead = parts.firstIndex(where: { $0.rank == 3 }) {
            parts[dead].text = StyledText(glyphs.failure + " " + DisplayText(counts.dead.grouped), .statusFail)
        }
        if isTooWide() { parts.removeAll { $0.rank == 2 } }
        return parts
    }

    private func paintHeads(_ columns: ColumnLayout, in row: Rect, _ painter: inout Painter) {
        // Of another day than today the rows would lie.
        let first = window.visibleRange.first.map { window.rows[$0].receivedAt }
        let day = first.flatMap { painter.context.isToday($0) ? nil : painter.context.shortDate($0) }
        for (kind, place) in columns.places(in: row) {
            let isDay = kind == .time && day != nil
            painter.canvas.draw(isDay ? day ?? "" : kind.head, in: place, style: isDay ? .accent : .dim)
        }
    }

    private func draw(_ event: EventSummary, _ columns: ColumnLayout, in row: Rect, _ painter: inout Painter) {
        let isSelected = event.sequence == window.selected
        let ground: StyleRole? = isSelected ? (painter.context.focus == .events ? .selection : .selectionInactive) : nil
        let bar = Rect(x: row.x - 1, y: row.y, width: row.width + 2, height: 1)
        if let ground { painter.canvas.fill(bar, style: Style(.text, on: ground)) }
        if isSelected {
            painter.canvas.draw(painter.glyphs.marker, at: bar.origin, style: Style(.accent, on: ground))
            painter.keepClear(bar)
        }
        paintMark(of: event, left: bar, &painter)
        for (kind, place) in columns.places(in: row) { paint(kind, of: event, columns, in: place, ground, &painter) }
        if let query = finding?.line.query, finding?.target?.holds(event) == true {
            painter.mark(query, in: bar, atWordStarts: true)
        }
        painter.hit(bar, part: Row(sequence: event.sequence))
    }
}
