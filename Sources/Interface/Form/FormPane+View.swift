import Domain
import Drawing

extension FormPane {
    /// The event configuration: lines of fields, help for the focused one, and the state of the draft.
    func draw(in rect: Rect, _ painter: inout Painter) {
        let context = painter.context
        let isFocused = context.focus == .form
        guard context.instances.list != nil || context.instances.failure != nil else {
            // Whether this will be a new instance is not known yet.
            painter.canvas.box(rect, title: StyledText("Event configuration", .title), isFocused: isFocused)
            painter.canvas.draw("Starting…", in: rect.inset(x: 3, y: 1), style: .dim)
            return
        }
        let title: DisplayText = form.instance == nil ? "New instance" : "Event configuration"
        painter.canvas.box(rect, title: StyledText(title, .title), isFocused: isFocused)
        let content = content(of: rect, context)
        guard !content.isEmpty else { return }
        let rows = layout(width: content.width, context).rows
        for (line, row) in rows.dropFirst(form.scroll).prefix(content.height).enumerated() {
            draw(row, in: content.row(line), &painter)
        }
        let extent = ScrollExtent(total: rows.count, offset: form.scroll, visible: content.height)
        painter.canvas.scrollbar(
            extent,
            in: Rect(x: rect.maxX - 1, y: content.y, width: 1, height: content.height)
        )
        paintFoot(rect.inset(x: 1, y: 1).inset(top: content.height), isFocused: isFocused, &painter)
    }

    /// The rows of the fields: less the border, the help and the state of the draft.
    func content(of rect: Rect, _ context: DashboardContext) -> Rect {
        let inner = rect.inset(x: 1, y: 1)
        return inner.inset(bottom: inner.height >= 12 ? 2 + helpRows(in: inner, context) : 1)
    }

    /// Two; where there is room, as many as the help of the focused field needs.
    private func helpRows(in inner: Rect, _ context: DashboardContext) -> Int {
        guard context.focus == .form, inner.height >= 16 else { return 2 }
        return min(max(2, DisplayText(form.focus.help).wrapped(to: max(8, inner.width - 2)).count), 4)
    }

    private func paintFoot(_ rect: Rect, isFocused: Bool, _ painter: inout Painter) {
        var rest = rect
        let status = rest.cutBottom(1)
        painter.canvas.draw(draftStatus(painter.context), in: status.inset(x: 1))
        guard rest.height > 0 else { return }
        let line = rest.cutTop(1)
        painter.canvas.separator(Rect(x: line.x - 1, y: line.y, width: line.width + 2, height: 1), isFocused: isFocused)
        guard isFocused else { return }
        painter.canvas.draw(wrapping: DisplayText(form.focus.help), in: rest.inset(x: 1), style: .dim)
    }

    /// `3 unsaved changes — ^S apply, Esc discard`.
    private func draftStatus(_ context: DashboardContext) -> StyledText {
        let glyphs = context.glyphs
        let apply = StyledText(DisplayText(context.key(.applyDraft)), .key)
        if form.applying != nil {
            return StyledText(
                glyphs.partial + " " + (form.instance == nil ? "connecting…" : "applying…"),
                .statusInfo
            )
        }
        if form.instance == nil {
            return StyledText("Fill in, then ", .dim) + apply + StyledText(" connects", .dim)
        }
        // The key is about a message that stays on the screen before, and elsewhere about something else.
        let leave =
            context.dismissalKey == nil && context.focus == Self.id
            ? StyledText(", ", .dim) + StyledText(DisplayText(context.key(.leaveField)), .key)
                + StyledText(DisplayText(" " + leaveWords(context)), .dim) : StyledText()
        let count = form.unsaved.count
        guard count > 0 else { return StyledText("No unsaved changes", .faint) }
        return StyledText(glyphs.changed + " ", .accent)
            + StyledText(DisplayText(Words.count(count, "unsaved change")))
            + StyledText(" — ", .dim) + apply + StyledText(" apply", .dim) + leave
    }

    private func draw(_ row: FormRow, in line: Rect, _ painter: inout Painter) {
        let isFocused = painter.context.focus == .form && form.focus == row.field
        painter.hit(line, part: Part.field(row.field))
        // The field that one is in, and what is wrong with it.
        if isFocused { painter.keepClear(line) }
        let body = line.inset(left: 2)
        switch row.content {
        case .blank: break
        case .line, .label, .section:
            if isFocused { painter.canvas.draw(painter.glyphs.marker, at: line.origin, style: .borderFocus) }
            if form.isUnsaved(row.field) {
                painter.canvas.draw(painter.glyphs.changed, at: line.origin.offset(x: 1), style: .accent)
            }
            paintLabel(row, isFocused: isFocused, in: body, &painter)
        case .control: paintControl(row.field, isFocused: isFocused, in: body, &painter)
        case .objectFilter: paintObjectFilter(isFocused: isFocused, in: body, &painter)
        case .object(let index): paintObject(index, isFocused: isFocused, in: body, &painter)
        case .fault(let text, let isFirst):
            if isFirst { painter.canvas.draw(painter.glyphs.failure, at: body.origin, style: .statusFail) }
            painter.canvas.draw(text, in: body.inset(left: 2), style: .statusFail)
        case .note(let text, let role): painter.canvas.draw(text, in: body.inset(left: 2), style: Style(role))
        case .testState: painter.canvas.draw(testState(painter.context), in: body.inset(left: 2))
        }
    }

    private func paintLabel(_ row: FormRow, isFocused: Bool, in body: Rect, _ painter: inout Painter) {
        let style: Style = form.faults[row.field] != nil ? .statusFail : isFocused ? .title : .text
        switch row.content {
        case .section:
            let isOpen = form.unfolded.contains(row.field)
            let glyph = isOpen ? painter.glyphs.unfolded : painter.glyphs.folded
            painter.canvas.draw(
                glyph + " " + DisplayText(row.field.label),
                in: body,
                style: isFocused ? .title : .accent
            )
        case .label(let trailing):
            painter.canvas.draw(DisplayText(row.field.label), in: body, style: style)
            painter.canvas.draw(DisplayText(trailing), in: body.inset(right: 1), .right, style: .dim)
        default:
            painter.canvas.draw(DisplayText(row.field.label), in: body, style: style)
            let column = max(21, DisplayText(row.field.label).width + 2)
            paintControl(row.field, isFocused: isFocused, in: body.inset(left: column), &painter)
        }
    }

    private func testState(_ context: DashboardContext) -> StyledText {
        let glyphs = context.glyphs
        switch form.test {
        case nil:
            let key = StyledText(DisplayText(context.key(.testCallback)), .key)
            return key + StyledText(" sends a test notification", .dim)
        case .running: return StyledText(glyphs.partial + " testing…", .statusInfo)
        case .failed(let reason): return StyledText(glyphs.failure + " " + DisplayText(reason), .statusFail)
        case .answered(let attempt):
            let time =
                DisplayText(" \(Words.milliseconds(attempt.milliseconds)) at ") + context.clock(attempt.startedAt)
            if let error = attempt.outcome.errorText {
                return StyledText(glyphs.failure + " " + DisplayText(error), .statusFail) + StyledText(time, .dim)
            }
            let status = DisplayText("\(attempt.outcome.status ?? 200)")
            return StyledText(glyphs.success + " " + status, .statusOK) + StyledText(time, .dim)
        }
    }
}
