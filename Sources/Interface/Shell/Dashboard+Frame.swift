package import Drawing

extension State {
    /// Everything that the terminal shows now.
    package func frame() -> Frame {
        let painter = paint()
        return Frame(
            canvas: painter.canvas,
            cursor: painter.cursor,
            title: settings.glyphs.isASCII ? windowTitle.ascii : windowTitle,
            reportsMouse: settings.reportsMouse,
            links: painter.links
        )
    }

    /// The dashboard with all that lies over it.
    func paint() -> Painter {
        var painter = Painter(size: settings.size, glyphs: settings.glyphs)
        let layout = DashboardLayout(self)
        guard layout.shape != .tooSmall else {
            paintTooSmall(&painter)
            return painter
        }
        paintHeader(layout, &painter)
        if let tabs = layout.tabs { paintTabs(tabs, &painter) }
        if let form = layout.form { paintForm(form, layout, &painter) }
        if let events = layout.events { paintEvents(events, &painter) }
        if let detail = layout.detail { paintDetail(detail, layout, &painter) }
        if let progress = layout.progress { paintProgress(progress, &painter) }
        paintHints(layout.footer, &painter)
        for overlay in overlays { paint(overlay, &painter) }
        paintToasts(layout, &painter)
        return painter
    }

    /// Focus and state in words, for the window's title and whoever has it read aloud.
    private var windowTitle: DisplayText {
        let place =
            switch focus {
            case .form: form.faults[form.focus] == nil ? form.focus.label : "\(form.focus.label), invalid"
            case .events: "Events"
            case .detail: "Detail"
            }
        return "signalbox: " + sourceHealth.word + ": " + DisplayText(place)
    }

    private func paintTooSmall(_ painter: inout Painter) {
        let size = settings.size
        let needed = DashboardLayout.minimum
        let lines: [DisplayText] = [
            "Too small",
            DisplayText("\(size.width)×\(size.height), needs \(needed.width)×\(needed.height)"),
            "q quits",
        ]
        let shown = Array(lines.prefix(max(0, size.height)))
        let top = (size.height - shown.count) / 2
        for (row, line) in shown.enumerated() {
            let rect = Rect(x: 0, y: top + row, width: size.width, height: 1)
            painter.canvas.draw(line, in: rect, .center, style: row == 0 ? .title : .text)
        }
    }
}
