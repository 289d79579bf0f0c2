import Drawing

extension Severity {
    var role: StyleRole {
        switch self {
        case .info: .statusInfo
        case .success: .statusOK
        case .warning: .statusWarn
        case .failure: .statusFail
        }
    }

    var surface: StyleRole {
        switch self {
        case .info, .success: .toastInfo
        case .warning: .toastWarn
        case .failure: .toastFail
        }
    }

    func glyph(_ glyphs: Glyphs) -> DisplayText {
        switch self {
        case .info: glyphs.info
        case .success: glyphs.success
        case .warning: glyphs.warning
        case .failure: glyphs.failure
        }
    }
}

extension State {
    /// Messages at the lower right, the newest lowest. They never cover the row, field or window that they may speak
    /// of: where no other room is left, the newest stands in place of the hints.
    func paintToasts(_ layout: DashboardLayout, _ painter: inout Painter) {
        let width = min(60, settings.size.width - 4)
        guard width > 10 else { return }
        let floor = (layout.progress ?? layout.banner ?? layout.footer).y
        let toasts = shownToasts
        var bottom = floor
        for (age, toast) in toasts.reversed().enumerated() {
            let times = toast.count > 1 ? " (\(toast.count) times)" : ""
            let lines = DisplayText(toast.text + times).wrapped(to: width - 4, most: 4, mark: painter.glyphs.ellipsis)
            let widest = (lines.map(\.width).max() ?? 0) + 4
            let size = Size(width: widest, height: lines.count)
            guard let rect = room(for: size, above: bottom, below: layout.header.maxY, painter.keptClear) else {
                if age == 0 { paintInHints(toast, lines: lines, layout.footer, &painter) }
                return
            }
            paint(toast, lines, in: rect, &painter)
            bottom = rect.y
        }
    }

    /// What may be shown now: nothing good is said of what is bad by now, or still. The log keeps it.
    var shownToasts: [NoticeBoard.Notice] {
        notices.toasts.filter { notice in
            guard notice.severity == .success, let topic = notice.topic else { return true }
            let health = topic == .source ? sourceHealth : callbackHealth
            return health.map { $0.role != .statusWarn && $0.role != .statusFail } ?? true
        }
    }

    /// The lowest place above `bottom` that covers nothing of what stays clear.
    private func room(for size: Size, above bottom: Int, below top: Int, _ keptClear: [Rect]) -> Rect? {
        var bottom = bottom
        while true {
            let rect = Rect(
                x: settings.size.width - size.width - 2,
                y: bottom - size.height,
                width: size.width,
                height: size.height
            )
            guard rect.y > top else { return nil }
            guard let obstacle = keptClear.filter({ !$0.intersection(rect).isEmpty }).min(by: { $0.y < $1.y }) else {
                return rect
            }
            bottom = obstacle.y
        }
    }

    private func paint(
        _ toast: NoticeBoard.Notice,
        _ lines: [DisplayText],
        in rect: Rect,
        _ painter: inout Painter
    ) {
        let style = Style(toast.severity.surface)
        painter.canvas.fill(rect, style: style)
        painter.canvas.draw(toast.severity.glyph(painter.glyphs), at: rect.origin.offset(x: 1), style: style)
        for (row, line) in lines.enumerated() {
            painter.canvas.draw(line, at: rect.origin.offset(x: 3, y: row), style: style)
        }
        painter.hit(rect, .toast(toast.id))
    }

    private func paintInHints(
        _ toast: NoticeBoard.Notice,
        lines: [DisplayText],
        _ row: Rect,
        _ painter: inout Painter
    ) {
        let line = DisplayText(toast.text).truncated(to: max(0, row.width - 5), mark: painter.glyphs.ellipsis)
        paint(toast, [line], in: row, &painter)
    }
}
