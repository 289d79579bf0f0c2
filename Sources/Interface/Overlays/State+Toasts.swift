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
    /// Messages at the lower right, the newest lowest; they take nothing but the cells they need.
    func paintToasts(_ layout: DashboardLayout, _ painter: inout Painter) {
        let width = min(60, settings.size.width - 4)
        guard width > 10 else { return }
        var bottom = (layout.progress ?? layout.banner ?? layout.footer).y
        for toast in notices.toasts.reversed() {
            let glyph = toast.severity.glyph(painter.glyphs)
            let times = toast.count > 1 ? " (\(toast.count) times)" : ""
            let lines = DisplayText(toast.text + times).wrapped(to: width - 4, most: 4, mark: painter.glyphs.ellipsis)
            let widest = (lines.map(\.width).max() ?? 0) + 4
            let rect = Rect(
                x: settings.size.width - widest - 2,
                y: bottom - lines.count,
                width: widest,
                height: lines.count
            )
            guard rect.y > layout.header.maxY else { return }
            let style = Style(toast.severity.surface)
            painter.canvas.fill(rect, style: style)
            painter.canvas.draw(glyph, at: rect.origin.offset(x: 1), style: style)
            for (row, line) in lines.enumerated() {
                painter.canvas.draw(line, at: rect.origin.offset(x: 3, y: row), style: style)
            }
            painter.hit(rect, .toast(toast.id))
            bottom = rect.y
        }
    }
}
