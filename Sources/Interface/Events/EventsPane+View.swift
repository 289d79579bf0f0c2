import Domain
import Drawing
import Primitives

extension EventsPane {
    /// The live list of events, or what to do while there are none.
    func draw(in rect: Rect, _ painter: inout Painter) {
        let context = painter.context
        let followWords = followWords(context)
        let filterWords = filterWords(room: max(8, rect.width / 3), context)
        let markWords = markWords(context)
        let room = rect.width - 20 - followWords.width - filterWords.width - markWords.width
        painter.canvas.box(
            rect,
            title: StyledText("Events", .title) + filterWords + markWords
                + (context.instance == nil ? StyledText() : StyledText(" · ", .faint) + followWords),
            trailing: filtering.isOn && filtering.line == nil ? filteredTotals() : totals(room: room, context),
            isFocused: context.focus == .events
        )
        var inner = rect.inset(left: 2, top: 1, right: 2, bottom: 1)
        if let line = filtering.line {
            paintFilterLine(line, in: inner.cutBottom(Self.lineHeight(in: rect.height)), &painter)
        }
        guard !window.rows.isEmpty else { return paintEmpty(inner, &painter) }
        let columns = EventColumns(width: inner.width)
        paintHeads(columns, in: inner.row(0), &painter)
        let body = inner.inset(top: 1)
        let visible = window.visibleRange
        for (line, index) in visible.enumerated() where line < body.height {
            draw(window.rows[index], columns, in: body.row(line), &painter)
        }
        paintScrollbar(Rect(x: rect.maxX - 1, y: body.y, width: 1, height: body.height), visible, &painter)
    }

    private func followWords(_ context: DashboardContext) -> StyledText {
        if context.instances.isEngineStopped { return StyledText("STOPPED", .statusFail) }
        if context.instances.loss != nil { return StyledText("NODE LOST", .statusFail) }
        if window.failure != nil {
            return StyledText(context.glyphs.failure + " CAN'T BE READ, trying again", .statusFail)
        }
        if window.isFollowing { return StyledText("FOLLOWING", .statusOK) }
        guard window.hasNew else { return StyledText("PAUSED", .statusWarn) }
        let count = window.newSincePause.map { "\($0.grouped) new " } ?? "new "
        return StyledText("PAUSED", .statusWarn) + StyledText(" — ", .dim)
            + StyledText(DisplayText(count) + context.glyphs.down, .accent)
    }

    /// How many there are and how they stand, in so many columns: what failed stays longest.
    private func totals(room: Int, _ context: DashboardContext) -> StyledText {
        guard context.instance != nil, let counts = counts.value else { return StyledText() }
        let glyphs = context.glyphs
        var parts = [StyledText(DisplayText(counts.total.grouped), .dim)]
        func add(_ count: Int64, _ mark: DisplayText, _ word: DisplayText, _ style: Style) {
            guard count > 0 else { return }
            parts.append(StyledText(mark + DisplayText(count.grouped) + word, style))
        }
        add(counts.open, "", " open", .statusInfo)
        add(counts.dead, glyphs.failure + " ", " dead", .statusFail)
        let replays = counts.byReplay[.failed] ?? 0
        let word: DisplayText =
            parts.reduce(30) { $0 + $1.width } > room ? "" : replays == 1 ? " replay failed" : " replays failed"
        add(replays, glyphs.replay + " " + glyphs.failure + " ", word, .statusFail)
        func joined() -> StyledText {
            parts.dropFirst().reduce(parts.first ?? StyledText()) { $0 + StyledText(" · ", .faint) + $1 }
        }
        while parts.count > 1, joined().width > room { parts.removeFirst() }
        return joined()
    }

    private func paintHeads(_ columns: EventColumns, in row: Rect, _ painter: inout Painter) {
        let places = columns.places(in: row)
        painter.canvas.draw("STORED", in: places.time, style: .dim)
        painter.canvas.draw("CHANGE", in: places.change, style: .dim)
        painter.canvas.draw("OBJECT", in: places.object, style: .dim)
        painter.canvas.draw("RECORD", in: places.record, style: .dim)
        painter.canvas.draw("CALLBACK", in: places.callback, style: .dim)
    }

    private func draw(_ event: EventSummary, _ columns: EventColumns, in row: Rect, _ painter: inout Painter) {
        let isSelected = event.sequence == window.selected
        let ground: StyleRole? = isSelected ? (painter.context.focus == .events ? .selection : .selectionInactive) : nil
        let bar = Rect(x: row.x - 1, y: row.y, width: row.width + 2, height: 1)
        if let ground { painter.canvas.fill(bar, style: Style(.text, on: ground)) }
        if isSelected {
            painter.canvas.draw(painter.glyphs.marker, at: bar.origin, style: Style(.accent, on: ground))
            painter.keepClear(bar)
        }
        paintMark(of: event, left: bar, &painter)
        let places = columns.places(in: row)
        painter.canvas.draw(painter.context.clock(event.receivedAt), in: places.time, style: Style(.dim, on: ground))
        painter.canvas.draw(
            DisplayText(event.change.rawValue),
            in: places.change,
            style: Style(event.change.role, on: ground)
        )
        painter.canvas.draw(DisplayText(event.object), in: places.object, style: Style(.text, on: ground))
        paintRecord(event, showsFields: columns.showsFields, in: places.record, ground, &painter)
        painter.canvas.draw(painter.context.callbackCell(event, columns).on(ground), in: places.callback)
        painter.hit(bar, part: Row(sequence: event.sequence))
    }

    private func paintRecord(
        _ event: EventSummary,
        showsFields: Bool,
        in place: Rect,
        _ ground: StyleRole?,
        _ painter: inout Painter
    ) {
        // One column more than fits tells that the name was cut.
        let name = event.recordName.map { DisplayText($0, limit: place.width + 1) }
        var room = place
        let own = name?.width ?? event.recordID.count
        let notes = showsFields ? event.fieldNotes.lazy.map { DisplayText($0) } : [].lazy.map { DisplayText($0) }
        if let text = notes.first(where: { own + 1 + $0.width <= room.width }) {
            painter.canvas.draw(text, in: room.cutRight(text.width), style: Style(.dim, on: ground))
            _ = room.cutRight(1)
        }
        if let name {
            painter.canvas.draw(name, in: room, style: Style(.text, on: ground))
        } else {
            // The two ends of an id tell records apart.
            painter.canvas.draw(DisplayText(event.recordID), in: room, style: Style(.text, on: ground), .middle)
        }
    }

    private func paintScrollbar(_ track: Rect, _ visible: Range<Int>, _ painter: inout Painter) {
        let loaded = window.rows.count
        let total = max(loaded, Int(clamping: (filtering.isOn ? matches : counts).value?.total ?? 0))
        // Between the known ends the position is an estimate; at the ends it is exact.
        let below =
            window.reachesNewest
            ? loaded - visible.upperBound : max(loaded - visible.upperBound, window.newSincePause ?? 0)
        var offset = window.reachesOldest ? visible.lowerBound : max(0, total - visible.count - below)
        if !window.reachesOldest, !window.reachesNewest, total > loaded { offset = total / 2 }
        let extent = ScrollExtent(total: total, offset: offset, visible: visible.count)
        let marks = visible.filter { window.rows[$0].isLost }.map { index in
            (row: offset + index - visible.lowerBound, style: Style.statusFail)
        }
        painter.canvas.scrollbar(extent, in: track, marks: marks)
    }
}

extension Change {
    var role: StyleRole {
        switch self {
        case .created: .changeCreated
        case .updated: .changeUpdated
        case .deleted: .changeDeleted
        }
    }
}

extension EventSummary {
    /// Nothing will be sent again by itself, and the last word was a failure.
    fileprivate var isLost: Bool { hasFailed && delivery?.state.isOpen == false }

    /// What an update changed, the most that there is room for first: `Email, Title, Phone`, `Email, +2`, `+3`.
    var fieldNotes: [String] {
        if isUndelete { return ["undeleted"] }
        guard change == .updated, let first = changedFieldNames.first else { return [] }
        let count = changedFieldNames.count
        // No row has room for more names than that.
        let most = min(count, 8)
        let lists = (1...most).reversed().map { shown in
            let names = changedFieldNames.prefix(shown).joined(separator: ", ")
            return shown == count ? names : "\(names), +\(count - shown)"
        }
        return lists + (count == 1 && first.count <= 8 ? [] : ["+\(count)"])
    }
}
