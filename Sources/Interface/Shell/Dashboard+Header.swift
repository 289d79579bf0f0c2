import Domain
import Drawing
import EngineAPI
import Primitives

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
        if let banner, let rect = layout.banner { paint(banner, in: rect, &painter) }
    }

    /// Why something is wrong, and at its end, where they always show, the keys that help.
    private func paint(_ banner: Health, in rect: Rect, _ painter: inout Painter) {
        let style = Style(banner.role)
        let body = rect.inset(left: 3, right: 1)
        let ellipsis = painter.glyphs.ellipsis
        painter.hit(rect, .action(.explain))
        painter.canvas.draw(" " + banner.glyph, at: rect.origin, style: style)
        let reason = DisplayText(banner.sentence ?? "")
        var tail = bannerKeys
        func width() -> Int { tail.reduce(0) { $0 + $1.words.width + 2 } }
        // Lines that break between words leave some room at their ends.
        let room = body.width * rect.height - (rect.height - 1) * 12 - width()
        if reason.width > room {
            tail.insert((StyledText("w", .key) + StyledText(" all of it", .dim), .explain), at: 0)
        }
        while width() > body.width, tail.count > 1 { tail.removeFirst() }
        let lastRoom = max(0, body.width - width())
        var lines = rect.height > 1 ? reason.wrapped(to: body.width, most: rect.height, mark: ellipsis) : [reason]
        if lines.count < rect.height { lines.append(.empty) }
        for (row, line) in lines.enumerated() {
            let columns = row == lines.count - 1 ? lastRoom : body.width
            painter.canvas.draw(line.truncated(to: columns, mark: ellipsis), in: body.row(row), style: style)
        }
        var x = body.maxX - width() + 2
        for (words, action) in tail {
            let place = Rect(x: x, y: rect.maxY - 1, width: words.width, height: 1)
            painter.canvas.draw(words, in: place)
            painter.hit(place, .action(action))
            x += words.width + 2
        }
    }

    /// The keys that help against what the banner says, the one that helps for certain last.
    var bannerKeys: [(words: StyledText, action: ActionID)] {
        let again = remedy == .connectAgain && pollObstacle == nil
        return [again ? (ActionID.pollNow, "tries now") : nil, remedy.map { ($0, nil as String?) }].compactMap { pair in
            guard let (id, hint) = pair, let action = ActionTable[id], let key = action.keys.first else { return nil }
            let words = " " + DisplayText(hint ?? action.hint)
            return (StyledText(key.label(settings.glyphs), .key) + StyledText(words), id)
        }
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
        var facts = [nameFact(width: .max), sourceFact, nextFact, rateFact, callbackFact, usageFact].compactMap { $0 }
        while facts.reduce(-Fact.gap, { $0 + $1.text.width + Fact.gap }) > width,
            let least = facts.indices.max(by: { facts[$0].expendability < facts[$1].expendability }),
            facts[least].expendability > 0
        {
            facts.remove(at: least)
        }
        // The name makes room for the state, whose word is never lost without a mark.
        if facts.count > 1 {
            let others = facts.dropFirst().reduce(0) { $0 + $1.text.width + Fact.gap }
            facts[0] = nameFact(width: max(6, width - others))
            let left = width - facts[0].text.width - Fact.gap
            facts[1].text = facts[1].text.truncated(to: max(0, left), mark: settings.glyphs.ellipsis)
        }
        return facts
    }

    private func nameFact(width: Int) -> Fact {
        let glyphs = settings.glyphs
        let name = instance.map { DisplayText($0.name).truncated(to: 24, mark: glyphs.ellipsis) }
        var text = StyledText("signalbox", .title)
        if let name {
            let own = StyledText(name + " " + glyphs.unfolded, .accent)
            text += StyledText("  ") + own
            if text.width > width { text = own }
            if text.width > width {
                text = StyledText(name.truncated(to: width - 2, mark: glyphs.ellipsis) + " " + glyphs.unfolded, .accent)
            }
        }
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
        // Said all the time: polls that follow each other so closely would only flicker.
        if let seconds = extraPolls {
            let text = StyledText("polled every ", .dim) + StyledText(DisplayText("\(seconds) s"))
            return Fact(text: text, expendability: 3, target: .action(.pollNow))
        }
        if isPolling { return Fact(text: StyledText("polling…", .statusInfo), expendability: 3) }
        guard let next = instance.nextPoll else { return nil }
        var words: DisplayText = "next poll "
        if case .live = instance.source {} else { words = "tried again at " }
        let text = StyledText(words, .dim) + StyledText(clock(next))
        return Fact(text: text, expendability: 3, target: .action(.pollNow))
    }

    private var rateFact: Fact? {
        guard instance != nil else { return nil }
        // Until the engine has told what is stored, no number would be true.
        let number = isActivityKnown ? activity.perMinute(at: now).grouped : settings.glyphs.ellipsis.string
        let rate = DisplayText(" \(number)/min")
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
        let tenths = usage.used.multiplied(saturating: 1000) / usage.allowed
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
