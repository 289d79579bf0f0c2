import Domain
import Drawing
import EngineAPI
import Primitives

extension DetailPane {
    /// The open event: what it is, and one of payload, changes and deliveries.
    func draw(in rect: Rect, _ painter: inout Painter) {
        guard let open else { return }
        let context = painter.context
        let content = Self.content(of: rect)
        painter.canvas.box(rect, title: heading(open), isFocused: context.focus == .detail)
        let inner = rect.inset(left: 2, top: 1, right: 2, bottom: 1)
        painter.canvas.draw(context.about(open), in: inner.row(0))
        paintTabs(open, in: inner.row(1), &painter)
        // What it is, and how it stands: the first lines of the deliveries.
        painter.keepClear(Rect(x: rect.x, y: rect.y, width: rect.width, height: min(rect.height, 6)))
        let lines = lines(of: open, width: content.width, context)
        let first = min(open.scroll, max(0, lines.count - content.height))
        for (row, line) in lines.dropFirst(first).prefix(content.height).enumerated() {
            painter.canvas.draw(line, in: content.row(row))
        }
        painter.canvas.scrollbar(
            ScrollExtent(total: lines.count, offset: first, visible: content.height),
            in: Rect(x: rect.maxX - 1, y: content.y, width: 1, height: content.height)
        )
    }

    private func heading(_ open: OpenEvent) -> StyledText {
        guard let event = open.detail?.event else { return StyledText("Event", .title) }
        return StyledText(DisplayText(event.change.rawValue), Style(event.change.role).with(.bold))
            + StyledText(" " + DisplayText(event.object), .title)
    }

    private func paintTabs(_ open: OpenEvent, in row: Rect, _ painter: inout Painter) {
        var x = row.x
        for tab in OpenEvent.Tab.allCases {
            var label = DisplayText(tab.title)
            if let detail = open.detail {
                if tab == .changes, !detail.event.changedFields.isEmpty {
                    label += DisplayText(" \(detail.event.changedFields.count)")
                }
                if tab == .deliveries, !detail.attempts.isEmpty { label += DisplayText(" \(detail.attempts.count)") }
            }
            let isActive = tab == open.tab
            let text = isActive ? "[" + label + "]" : " " + label + " "
            let width = painter.canvas.draw(text, at: Point(x: x, y: row.y), style: isActive ? .accent : .dim)
            painter.hit(Rect(x: x, y: row.y, width: width, height: 1), part: tab)
            x += width + 1
        }
    }

    /// Where the lines stand: less the border, the heading and the line of tabs.
    static func content(of rect: Rect) -> Rect { rect.inset(left: 2, top: 3, right: 2, bottom: 1) }

    /// The lines of the active tab at a width, as `settle` left them.
    private func lines(of open: OpenEvent, width: Int, _ context: DashboardContext) -> [StyledText] {
        guard width > 0 else { return [] }
        let key = open.key(width: width, context)
        return open.layout?.key == key ? open.layout?.lines ?? [] : open.newLines(width: width, context)
    }
}

extension OpenEvent {
    /// What decides about the lines.
    func key(width: Int, _ context: DashboardContext) -> Layout.Key {
        Layout.Key(
            sequence: sequence,
            revision: revision,
            tab: tab,
            width: width,
            isReplaying: context.replaying.contains(sequence),
            callback: context.instance?.callback,
            minute: context.now.milliseconds / 60_000
        )
    }

    /// Lays the lines out anew where something changed that they show, so that frames and scrolling cost nothing.
    mutating func layOut(width: Int, _ context: DashboardContext) {
        guard width > 0 else { return }
        let key = key(width: width, context)
        guard layout?.key != key else { return }
        layout = Layout(key: key, lines: newLines(width: width, context))
    }

    func newLines(width: Int, _ context: DashboardContext) -> [StyledText] {
        guard let loaded = detail else {
            guard let failure else { return [StyledText("Loading…", .dim)] }
            return DisplayText(failure).wrapped(to: width).map { StyledText($0, .statusFail) }
        }
        var lines: [StyledText] = []
        if let failure {
            lines += DisplayText("Not up to date: \(failure)").wrapped(to: width).map { StyledText($0, .statusFail) }
        }
        switch tab {
        case .payload: lines += payload.flatMap { $0.wrapped(to: width) }
        case .changes: lines += context.changeLines(loaded.event, width: width)
        case .deliveries: lines += context.deliveryLines(loaded, width: width)
        }
        return lines
    }
}

extension DashboardContext {
    /// The record, and when it changed.
    fileprivate func about(_ open: OpenEvent) -> StyledText {
        guard let event = open.detail?.event else { return StyledText() }
        var text = StyledText()
        if let name = event.recordName { text.append(DisplayText(name, limit: 1000) + "  ", .title) }
        text.append(DisplayText(event.recordID), .text)
        text.append("  changed " + fullClock(event.date), .dim)
        text.append(", stored " + storedClock(event), .dim)
        text.append("  by " + DisplayText(event.source.rawValue), .dim)
        if event.isUndelete { text.append("  undeleted", .statusInfo) }
        return text
    }

    /// Without the date where it is that of the change.
    private func storedClock(_ event: ChangeEvent) -> DisplayText {
        let offset = Int64(settings.utcOffset)
        let isSameDay =
            event.date.advanced(bySeconds: offset).datePart == event.receivedAt.advanced(bySeconds: offset).datePart
        return isSameDay ? clock(event.receivedAt) : fullClock(event.receivedAt)
    }
}
