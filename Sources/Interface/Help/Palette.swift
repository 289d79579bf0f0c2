import Domain
import Drawing

extension State {
    /// Draws what lies over the dashboard.
    func paint(_ overlay: Overlay, _ painter: inout Painter) {
        // What lies below can't be hit while this is open.
        painter.hit(Rect(origin: .zero, size: settings.size), .nothing)
        painter.cursor = nil
        switch overlay {
        case .help(let scroll): paintText(helpLines, title: "Keys", scroll: scroll, &painter)
        case .log(let scroll): paintText(logLines, title: "Messages", scroll: scroll, &painter)
        case .confirmation(let question): paint(question, &painter)
        case .palette(let palette): paint(palette, &painter)
        case .menu(let menu): paint(menu, &painter)
        case .replayMany(let dialog): paint(dialog, &painter)
        case .replayJobs(let list): paint(list, &painter)
        case .apex(let panel): paint(panel, &painter)
        case .folder(let prompt): paint(prompt, &painter)
        case .report(let report): paint(report, &painter)
        case .connect(let dialog): paint(dialog, &painter)
        }
    }

    /// A cleared box in the middle of the screen.
    func window(
        _ size: Size,
        title: DisplayText,
        footer: DisplayText = .empty,
        _ painter: inout Painter
    ) -> Rect {
        let screen = Rect(origin: .zero, size: settings.size)
        let rect = screen.inset(x: 1, y: 1).centered(size)
        painter.canvas.fill(rect, style: Style(.text, on: .overlay))
        painter.hit(rect, .window)
        painter.keepClear(rect)
        return painter.canvas.box(
            rect,
            title: StyledText(title, .title),
            footer: StyledText(footer, .dim),
            isFocused: true,
            on: .overlay
        ).inset(x: 1)
    }

    private func paintText(_ lines: [StyledText], title: DisplayText, scroll: Int, _ painter: inout Painter) {
        let width = max(44, (lines.map(\.width).max() ?? 0) + 4)
        let size = Size(width: width, height: lines.count + 2)
        let inner = window(size, title: title, footer: "Esc closes", &painter)
        let first = min(scroll, max(0, lines.count - inner.height))
        for (row, line) in lines.dropFirst(first).prefix(inner.height).enumerated() {
            painter.canvas.draw(line.on(.overlay), in: inner.row(row))
        }
        painter.canvas.scrollbar(
            ScrollExtent(total: lines.count, offset: first, visible: inner.height),
            in: Rect(x: inner.maxX + 1, y: inner.y, width: 1, height: inner.height),
            on: .overlay
        )
    }

    /// The keys of the focused context first, then those that work everywhere.
    var helpLines: [StyledText] {
        var contexts: [ActionContext] = [context, .everywhere]
        contexts += ActionContext.allCases.filter { !contexts.contains($0) }
        return contexts.enumerated().flatMap { index, context in
            let actions = ActionTable.actions.filter { $0.contexts.contains(context) && !$0.keys.isEmpty }
            let lines = actions.map { action in
                let keys = action.keys.map { $0.label(settings.glyphs) }.joined(separator: " ")
                return StyledText(keys.fitted(to: 14), .key) + StyledText(DisplayText(action.title))
            }
            let head = StyledText(DisplayText(context.rawValue), .title)
            return (index == 0 ? [] : [StyledText()]) + [head] + lines
        }
    }

    var logLines: [StyledText] {
        guard !notices.log.isEmpty else { return [StyledText("No messages yet.", .dim)] }
        let width = max(20, settings.size.width - 8)
        return notices.log.reversed().flatMap { notice in
            let times = notice.count > 1 ? DisplayText(" (\(notice.count) times)") : ""
            let head =
                StyledText(clock(notice.at) + " ", .dim)
                + StyledText(notice.severity.glyph(settings.glyphs) + " ", Style(notice.severity.role))
            let lines = (DisplayText(notice.text) + times).wrapped(to: max(8, width - head.width))
            return lines.enumerated().map { row, line in
                (row == 0 ? head : StyledText(.spaces(head.width))) + StyledText(line)
            }
        }
    }

    private func paint(_ question: Confirmation, _ painter: inout Painter) {
        let width = min(settings.size.width - 2, 56)
        let lines = DisplayText(question.text).wrapped(to: width - 4)
        let size = Size(width: width, height: lines.count + 4)
        let inner = window(size, title: DisplayText(question.title), &painter)
        for (row, line) in lines.enumerated() {
            painter.canvas.draw(line, in: inner.row(row), style: Style(.text, on: .overlay))
        }
        var x = inner.x
        for (isConfirm, label) in [(false, "Cancel"), (true, question.verb)] {
            let hasFocus = question.isConfirming == isConfirm
            let mark = hasFocus ? painter.glyphs.marker : " "
            let text = mark + DisplayText(isConfirm ? "[ \(label) ] y" : "[ \(label) ] n")
            let style: Style = hasFocus ? Style(.text, on: .selection) : Style(.dim, on: .overlay)
            let width = painter.canvas.draw(text, at: Point(x: x, y: inner.maxY - 1), style: style)
            painter.hit(Rect(x: x, y: inner.maxY - 1, width: width, height: 1), .confirm(isConfirm))
            x += width + 3
        }
    }

    private func paint(_ palette: Palette, _ painter: inout Painter) {
        let matches = palette.matches
        let rows = max(1, min(ActionTable.actions.filter(\.isCommand).count, settings.size.height - 7))
        let inner = window(
            Size(width: 64, height: rows + 4),
            title: "Commands",
            footer: "Enter runs · Esc closes",
            &painter
        )
        let query = palette.query.window(width: max(1, inner.width - 2), mark: painter.glyphs.ellipsis)
        painter.canvas.draw(":", at: inner.origin, style: Style(.key, on: .overlay))
        painter.canvas.draw(query.text, at: inner.origin.offset(x: 2), style: Style(.text, on: .overlay))
        painter.cursor = painter.canvas.position(of: inner.origin.offset(x: 2 + query.cursor))
        let body = inner.inset(top: 2)
        if matches.isEmpty {
            painter.canvas.draw("No command has these letters.", in: body, style: Style(.dim, on: .overlay))
        }
        let first = max(0, palette.selection - body.height + 1)
        for (row, action) in matches.dropFirst(first).prefix(body.height).enumerated() {
            let index = first + row
            let ground: StyleRole = index == palette.selection ? .selection : .overlay
            let line = body.row(row)
            painter.canvas.fill(line, style: Style(.text, on: ground))
            let isEnabled = obstacle(to: action.id) == nil
            let key = action.keys.first?.label(painter.glyphs) ?? ""
            painter.canvas.draw(
                DisplayText(action.title),
                in: line.inset(left: 1, right: key.width + 2),
                style: Style(isEnabled ? .text : .faint, on: ground)
            )
            painter.canvas.draw(key, in: line.inset(x: 1), .right, style: Style(.key, on: ground))
            painter.hit(line, .paletteRow(index))
        }
    }

    private func paint(_ menu: Menu, _ painter: inout Painter) {
        let width = max(36, (menu.items.map { $0.title.count + $0.detail.count }.max() ?? 0) + 10)
        let inner = window(
            Size(width: min(width, 76), height: menu.items.count + 2),
            title: DisplayText(menu.title),
            footer: "Enter chooses · Esc leaves",
            &painter
        )
        let first = max(0, menu.selection - inner.height + 1)
        for (row, item) in menu.items.dropFirst(first).prefix(inner.height).enumerated() {
            let index = first + row
            let isSelected = index == menu.selection
            let ground: StyleRole = isSelected ? .selection : .overlay
            let line = inner.row(row)
            painter.canvas.fill(line, style: Style(.text, on: ground))
            let mark = isSelected ? painter.glyphs.marker : " "
            let title = mark + " " + DisplayText(item.title)
            painter.canvas.draw(title, in: line, style: Style(.text, on: ground))
            painter.canvas.draw(
                DisplayText(item.detail),
                in: line.inset(left: title.width + 2, right: 1),
                .right,
                style: Style(.dim, on: ground)
            )
            painter.hit(line, .menuRow(index))
        }
    }
}
