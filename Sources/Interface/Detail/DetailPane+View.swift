import Domain
import Drawing
import EngineAPI
import Primitives

extension State {
    /// The open event: what it is, and one of payload, changes and deliveries.
    func paintDetail(_ rect: Rect, _ layout: DashboardLayout, _ painter: inout Painter) {
        guard let pane = detail, let content = layout.detailContent else { return }
        painter.hit(rect, .pane(.detail))
        painter.canvas.box(rect, title: detailTitle(pane), isFocused: focus == .detail)
        let inner = rect.inset(left: 2, top: 1, right: 2, bottom: 1)
        painter.canvas.draw(heading(pane), in: inner.row(0))
        paintDetailTabs(pane, in: inner.row(1), &painter)
        // What it is, and how it stands: the first lines of the deliveries.
        painter.keepClear(Rect(x: rect.x, y: rect.y, width: rect.width, height: min(rect.height, 6)))
        let lines = detailLines(width: content.width)
        let first = min(pane.scroll, max(0, lines.count - content.height))
        for (row, line) in lines.dropFirst(first).prefix(content.height).enumerated() {
            painter.canvas.draw(line, in: content.row(row))
        }
        painter.canvas.scrollbar(
            ScrollExtent(total: lines.count, offset: first, visible: content.height),
            in: Rect(x: rect.maxX - 1, y: content.y, width: 1, height: content.height)
        )
    }

    private func detailTitle(_ pane: DetailPane) -> StyledText {
        guard let event = pane.detail?.event else { return StyledText("Event", .title) }
        return StyledText(DisplayText(event.change.rawValue), Style(event.change.role).with(.bold))
            + StyledText(" " + DisplayText(event.object), .title)
    }

    private func heading(_ pane: DetailPane) -> StyledText {
        guard let event = pane.detail?.event else { return StyledText() }
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

    private func paintDetailTabs(_ pane: DetailPane, in row: Rect, _ painter: inout Painter) {
        var x = row.x
        for tab in DetailPane.Tab.allCases {
            var label = DisplayText(tab.title)
            if let detail = pane.detail {
                if tab == .changes, !detail.event.changedFields.isEmpty {
                    label += DisplayText(" \(detail.event.changedFields.count)")
                }
                if tab == .deliveries, !detail.attempts.isEmpty { label += DisplayText(" \(detail.attempts.count)") }
            }
            let isActive = tab == pane.tab
            let text = isActive ? "[" + label + "]" : " " + label + " "
            let width = painter.canvas.draw(text, at: Point(x: x, y: row.y), style: isActive ? .accent : .dim)
            painter.hit(Rect(x: x, y: row.y, width: width, height: 1), .tab(tab))
            x += width + 1
        }
    }

    /// The lines of the active tab at a width, as `layOutDetail` left them.
    func detailLines(width: Int) -> [StyledText] {
        guard let pane = detail, width > 0 else { return [] }
        let key = detailKey(pane, width: width)
        return pane.layout?.key == key ? pane.layout?.lines ?? [] : newDetailLines(width: width)
    }

    /// Lays the lines out anew where something changed that they show, so that frames and scrolling cost nothing.
    mutating func layOutDetail(_ layout: DashboardLayout) {
        guard let pane = detail, let width = layout.detailContent?.width, width > 0 else { return }
        let key = detailKey(pane, width: width)
        guard pane.layout?.key != key else { return }
        let lines = newDetailLines(width: width)
        detail?.layout = DetailPane.Layout(key: key, lines: lines)
    }

    private func detailKey(_ pane: DetailPane, width: Int) -> DetailPane.Layout.Key {
        DetailPane.Layout.Key(
            sequence: pane.sequence,
            revision: pane.revision,
            tab: pane.tab,
            width: width,
            isReplaying: replaying.contains(pane.sequence),
            callback: instance?.callback,
            minute: now.milliseconds / 60_000
        )
    }

    private func newDetailLines(width: Int) -> [StyledText] {
        guard let pane = detail, width > 0 else { return [] }
        guard let loaded = pane.detail else {
            guard let failure = pane.failure else { return [StyledText("Loading…", .dim)] }
            return DisplayText(failure).wrapped(to: width).map { StyledText($0, .statusFail) }
        }
        var lines: [StyledText] = []
        if let failure = pane.failure {
            lines += DisplayText("Not up to date: \(failure)").wrapped(to: width).map { StyledText($0, .statusFail) }
        }
        switch pane.tab {
        case .payload: lines += pane.payload.flatMap { $0.wrapped(to: width) }
        case .changes: lines += changeLines(loaded.event, width: width)
        case .deliveries: lines += deliveryLines(loaded, width: width)
        }
        return lines
    }
}
