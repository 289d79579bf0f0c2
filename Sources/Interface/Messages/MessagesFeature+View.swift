import Drawing

extension MessagesFeature {
    /// Messages at the lower right, the newest lowest. They never cover the row, field or window that they may speak
    /// of: where no other room is left, the newest stands in place of the hints.
    func drawOnTop(_ layout: DashboardLayout, _ painter: inout Painter) {
        let settings = painter.context.settings
        let width = min(60, settings.size.width - 4)
        guard width > 10 else { return }
        let floor = (layout.progress ?? layout.banner ?? layout.footer).y
        let messages = shown(painter.context)
        var bottom = floor
        for (age, message) in messages.reversed().enumerated() {
            let times = message.count > 1 ? " (\(message.count) times)" : ""
            let way = age == 0 ? painter.context.dismissalKey.map { $0 + " dismisses" } : nil
            var lines = DisplayText(message.text + times).wrapped(to: width - 4, most: 4, mark: painter.glyphs.ellipsis)
            if let way { lines.append(way, inColumns: width - 4) }
            let widest = (lines.map(\.width).max() ?? 0) + 4
            let size = Size(width: widest, height: lines.count)
            guard let rect = room(for: size, above: bottom, below: layout.header.maxY, painter) else {
                if age == 0 { paintInHints(message, way, layout.footer, &painter) }
                return
            }
            paint(message, lines, in: rect, &painter)
            bottom = rect.y
        }
    }

    /// What may be shown now: nothing good is said of what is bad by now, or still. The log keeps it.
    private func shown(_ context: DashboardContext) -> [MessageLog.Entry] {
        log.shown.filter { entry in
            guard entry.severity == .success, let topic = entry.topic else { return true }
            let health = topic == .source ? context.sourceHealth : context.callbackHealth
            return health.map { $0.role != .statusWarn && $0.role != .statusFail } ?? true
        }
    }

    /// The lowest place above `bottom` that covers nothing of what stays clear.
    private func room(for size: Size, above bottom: Int, below top: Int, _ painter: Painter) -> Rect? {
        var bottom = bottom
        while true {
            let rect = Rect(
                x: painter.context.settings.size.width - size.width - 2,
                y: bottom - size.height,
                width: size.width,
                height: size.height
            )
            guard rect.y > top else { return nil }
            guard let obstacle = painter.keptClear.filter({ !$0.intersection(rect).isEmpty }).min(by: { $0.y < $1.y })
            else {
                return rect
            }
            bottom = obstacle.y
        }
    }

    private func paint(
        _ message: MessageLog.Entry,
        _ lines: [DisplayText],
        in rect: Rect,
        _ painter: inout Painter
    ) {
        let style = Style(message.severity.surface)
        painter.canvas.fill(rect, style: style)
        painter.canvas.draw(message.severity.glyph(painter.glyphs), at: rect.origin.offset(x: 1), style: style)
        for (row, line) in lines.enumerated() {
            painter.canvas.draw(line, at: rect.origin.offset(x: 3, y: row), style: style)
        }
        painter.hit(rect, .effect(.post(MessagesDismissed(id: message.id))))
    }

    private func paintInHints(
        _ message: MessageLog.Entry,
        _ way: DisplayText?,
        _ row: Rect,
        _ painter: inout Painter
    ) {
        let end = way.map { " " + $0 } ?? .empty
        let room = max(0, row.width - 5 - end.width)
        let line = DisplayText(message.text).truncated(to: room, mark: painter.glyphs.ellipsis)
        paint(message, [line + end], in: row, &painter)
    }
}

extension [DisplayText] {
    /// Adds words to the last line, or below it where they have no room there.
    fileprivate mutating func append(_ words: DisplayText, inColumns columns: Int) {
        if let line = last, line.width + 2 + words.width <= columns {
            self[endIndex - 1] = line + "  " + words
        } else {
            append(words)
        }
    }
}
