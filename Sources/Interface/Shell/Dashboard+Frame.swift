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
        var painter = Painter(context) { features.obstacle(to: $0, context) }
        let layout = layout(context)
        guard layout.shape != .tooSmall else {
            painter.drawTooSmall()
            return painter
        }
        painter.drawStatusLine(features.all.flatMap { $0.facts(context) }, in: layout.header)
        if let banner = layout.banner { painter.drawBanner(in: banner) }
        if let tabs = layout.tabs { painter.drawTabs(features.openPanes, in: tabs) }
        for pane in features.openPanes {
            guard let rect = layout.panes[type(of: pane).id] else {
                if let row = layout.summary, type(of: pane).place == .side { pane.drawSummary(in: row, &painter) }
                continue
            }
            painter.owner = .pane(type(of: pane).id)
            painter.hit(rect, .surface)
            pane.draw(in: rect, &painter)
        }
        painter.owner = .shell
        if let progress = layout.progress { painter.drawProgress(progressLines(context), in: progress) }
        let screen = Rect(origin: .zero, size: settings.size)
        for layer in layers.layers {
            painter.owner = .overlay(layer.id)
            // What lies below can't be hit while this is open.
            painter.hit(screen, .outside)
            painter.cursor = nil
            layer.overlay.draw(in: screen, &painter)
        }
        painter.owner = .shell
        drawFooter(layout.footer, &painter)
        for feature in features.all { feature.drawOnTop(layout, &painter) }
        return painter
    }

    /// Hints of what has the keys, with `?` at the end.
    private func drawFooter(_ row: Rect, _ painter: inout Painter) {
        let surface: (any Surface)? = layers.top ?? focusedPane
        painter.drawHints(
            painter.context.current(surface?.hints(painter.context) ?? []),
            in: row,
            letters: surface?.acceptsLetter("a") != true,
            help: !(layers.top is HelpOverlay)
        )
    }

    /// Where everything stands now.
    func layout(_ context: DashboardContext) -> DashboardLayout {
        let content = DashboardLayout.Content(
            panes: features.openPanes.map { (type(of: $0).id, type(of: $0).place) },
            focus: focus,
            main: mainPane,
            bannerRows: context.bannerRows,
            progressRows: progressLines(context).count,
            sizes: context.paneSizes
        )
        return DashboardLayout(settings.size, content)
    }

    /// What is under way; at most two lines, one where the screen is low.
    private func progressLines(_ context: DashboardContext) -> [ProgressLine] {
        let lines = features.all.flatMap { $0.progress(width: settings.size.width - 2, context) }
        return Array(lines.prefix(settings.size.height >= 20 ? 2 : 1))
    }

    /// What has the keys and the state, in words, for the window's title and whoever has it read aloud.
    private func windowTitle(_ context: DashboardContext) -> DisplayText {
        let place = layers.top?.title(context) ?? focusedPane?.title(context) ?? focus.name
        return "signalbox: " + context.sourceHealth.word + ": " + DisplayText(place)
    }
}
