package import Drawing

extension Dashboard {
    /// Everything that the terminal shows now.
    package func frame() -> Frame {
        let painter = paint()
        let title = windowTitle(painter.context)
        return Frame(
            canvas: painter.canvas,
            cursor: painter.cursor,
            title: settings.glyphs.isASCII ? title.ascii : title,
            reportsMouse: settings.reportsMouse,
            links: painter.links
        )
    }

    /// The panes with all that lies over them.
    func paint() -> Painter {
        let context = context()
        var painter = Painter(context) { obstacle(to: $0, context) }
        let layout = layout(context)
        guard layout.shape != .tooSmall else {
            paintTooSmall(&painter)
            return painter
        }
        paintHeader(layout, &painter)
        if let banner = layout.banner { painter.drawBanner(in: banner) }
        if let tabs = layout.tabs { paintTabs(tabs, &painter) }
        for pane in openPanes {
            guard let rect = layout.panes[type(of: pane).id] else { continue }
            painter.owner = .pane(type(of: pane).id)
            painter.hit(rect, .surface)
            pane.draw(in: rect, &painter)
        }
        painter.owner = .shell
        if let progress = layout.progress { paintProgress(progress, &painter) }
        let screen = Rect(origin: .zero, size: settings.size)
        for layer in layers {
            painter.owner = .overlay(layer.id)
            // What lies below can't be hit while this is open.
            painter.hit(screen, .outside)
            painter.cursor = nil
            layer.overlay.draw(in: screen, &painter)
        }
        painter.owner = .shell
        paintFooter(layout.footer, &painter)
        for feature in features { feature.drawOnTop(layout, &painter) }
        return painter
    }

    /// Where everything stands now.
    func layout(_ context: DashboardContext) -> DashboardLayout {
        let content = DashboardLayout.Content(
            panes: openPanes.map { (type(of: $0).id, type(of: $0).place) },
            focus: focus,
            main: mainPane,
            bannerRows: context.bannerRows,
            progressRows: progressLines(context).count
        )
        return DashboardLayout(settings.size, content)
    }

    /// What is under way; at most two lines, one where the screen is low.
    private func progressLines(_ context: DashboardContext) -> [ProgressLine] {
        let lines = features.flatMap { $0.progress(width: settings.size.width - 2, context) }
        return Array(lines.prefix(settings.size.height >= 20 ? 2 : 1))
    }

    private func paintProgress(_ rect: Rect, _ painter: inout Painter) {
        for (row, line) in progressLines(painter.context).prefix(rect.height).enumerated() {
            painter.canvas.draw(line.text, in: rect.row(row).inset(x: 1))
            painter.hit(rect.row(row), action: line.target)
        }
    }

    /// What has the keys and the state, in words, for the window's title and whoever has it read aloud.
    private func windowTitle(_ context: DashboardContext) -> DisplayText {
        let place = layers.last?.overlay.title(context) ?? focusedPane?.title(context) ?? focus.name
        return "signalbox: " + context.sourceHealth.word + ": " + DisplayText(place)
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
