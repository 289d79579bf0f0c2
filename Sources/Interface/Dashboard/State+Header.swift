import Domain
import Drawing

extension State {
    /// The status line: who, how it is, what comes next; what matters least goes first where room is short.
    func paintHeader(_ layout: DashboardLayout, _ painter: inout Painter) {
        painter.canvas.fill(layout.header, style: Style(.text, on: .header))
        let shown = fittingFacts(width: layout.header.width - 2)
        var x = layout.header.x + 1
        for fact in shown {
            let width = painter.canvas.draw(fact.text.on(.header), at: Point(x: x, y: layout.header.y))
            if let target = fact.target { painter.hit(Rect(x: x, y: layout.header.y, width: width, height: 1), target) }
            if let chart = fact.chart {
                let room = Rect(x: x, y: layout.header.y, width: Activity.minutes, height: 1)
                let steps = painter.glyphs.chartSteps
                if steps.count > 1 { painter.canvas.fill(room, with: steps[1], style: Style(.faint, on: .header)) }
                painter.canvas.chart(chart, in: room, on: .header)
            }
            x += width + Fact.gap
        }
        guard let banner, let row = layout.banner else { return }
        let style = Style(banner.role)
        let mark = StyledText(" " + banner.glyph + " ", style)
        var room = row
        painter.hit(row, .action(.explain))
        // The key that helps stays, however long the reason is.
        if let action = remedy.flatMap({ ActionTable[$0] }), let key = action.keys.first {
            let words = StyledText(key.label(painter.glyphs), .key) + StyledText(" " + DisplayText(action.hint))
            let place = Rect(x: row.maxX - words.width - 1, y: row.y, width: words.width, height: 1)
            painter.canvas.draw(words, in: place)
            painter.hit(place, .action(action.id))
            room = row.inset(right: words.width + 3)
        }
        let text = mark + StyledText(DisplayText(banner.reason ?? ""), style)
        if text.width > room.width {
            let hint = StyledText(" w", .key) + StyledText(" all of it ", .dim)
            painter.canvas.draw(hint, in: room.takeRight(hint.width))
        }
        painter.canvas.draw(text, in: room)
    }

    /// One thing that the status line says.
    private struct Fact {
        static let gap = 3
        var text: StyledText
        /// The highest goes first.
        var expendability: Int
        var target: Target?
        var chart: [Double]?
    }

    private func fittingFacts(width: Int) -> [Fact] {
        var facts = [nameFact, sourceFact, nextFact, rateFact, callbackFact, usageFact].compactMap { $0 }
        while facts.reduce(-Fact.gap, { $0 + $1.text.width + Fact.gap }) > width,
            let least = facts.indices.max(by: { facts[$0].expendability < facts[$1].expendability }),
            facts[least].expendability > 0
        {
            facts.remove(at: least)
        }
        return facts
    }

    private var nameFact: Fact {
        let glyphs = settings.glyphs
        let name = instance.map { DisplayText($0.name).truncated(to: 24, mark: glyphs.ellipsis) }
        var text = StyledText("signalbox", .title)
        if let name { text += StyledText("  ") + StyledText(name + " " + glyphs.unfolded, .accent) }
        return Fact(text: text, expendability: 0, target: instance == nil ? nil : .action(.switchInstance))
    }

    private var sourceFact: Fact {
        let health = sourceHealth
        var text = StyledText(health.glyph + " " + health.word, Style(health.role).with(.bold))
        if health.role == .dim, let reason = health.reason { text.append(" " + DisplayText(reason), .dim) }
        if let lastSuccess { text.append(" " + clock(lastSuccess), .dim) }
        return Fact(text: text, expendability: 0)
    }

    private var nextFact: Fact? {
        guard let instance, !isEngineStopped, instance.configuration.eventType == .polling,
            instance.configuration.eventsEnabled, !instance.isDisabled
        else { return nil }
        let isPolling = instance.isPolling || polling.contains(instance.id)
        if isPolling { return Fact(text: StyledText("polling…", .statusInfo), expendability: 3) }
        guard let next = instance.nextPoll else { return nil }
        let text = StyledText("next poll ", .dim) + StyledText(clock(next))
        return Fact(text: text, expendability: 3, target: .action(.pollNow))
    }

    private var rateFact: Fact? {
        guard instance != nil else { return nil }
        let rate = DisplayText(" \(Words.grouped(activity.perMinute(at: now)))/min")
        let text = StyledText(.spaces(Activity.minutes), .dim) + StyledText(rate)
        return Fact(text: text, expendability: 5, chart: activity.chart(at: now))
    }

    private var callbackFact: Fact? {
        guard let health = callbackHealth else { return nil }
        let text = StyledText("callback ", .dim) + StyledText(health.glyph + " " + health.word, Style(health.role))
        return Fact(text: text, expendability: 2)
    }

    private var usageFact: Fact? {
        guard let usage = instance?.apiUsage, usage.allowed > 0 else { return nil }
        let tenths = usage.used * 1000 / usage.allowed
        let role: StyleRole = tenths >= 900 ? .statusFail : tenths >= 700 ? .statusWarn : .text
        let text = StyledText("API ", .dim) + StyledText(DisplayText("\(tenths / 10).\(tenths % 10) %"), Style(role))
        return Fact(text: text, expendability: 4)
    }

    /// The panes of a narrow screen.
    func paintTabs(_ row: Rect, _ painter: inout Painter) {
        var x = row.x + 1
        for (number, pane) in Pane.allCases.enumerated() where pane != .detail || detail != nil {
            let isActive = pane == focus
            let dirty: DisplayText = pane == .form && form.isDirty ? settings.glyphs.changed : ""
            let word: DisplayText =
                switch pane {
                case .form: "Form"
                case .events: "Events"
                case .detail: "Detail"
                }
            let mark = isActive ? settings.glyphs.marker : " "
            let label = mark + DisplayText("\(number + 1) ") + word + dirty + " "
            let style: Style = isActive ? Style(.title, on: .selection) : .dim
            let width = painter.canvas.draw(label, at: Point(x: x, y: row.y), style: style)
            painter.hit(Rect(x: x, y: row.y, width: width, height: 1), .pane(pane))
            x += width + 1
        }
    }
}
