import Domain
import Drawing
import Primitives

extension EventsPane {
    /// A column of the day, as the mouse hits it.
    struct HeatColumn {
        let number: Int
    }

    /// Rows that the day takes above the list.
    func heatRows(in rect: Rect, _ context: DashboardContext) -> Int {
        let isShown = !window.rows.isEmpty && heat.isShown(in: rect.height, screen: context.settings.size)
        return isShown ? HeatStrip.height : 0
    }

    /// Turns the strip to what the list shows.
    mutating func settleHeat(in rect: Rect, _ context: DashboardContext) {
        guard heatRows(in: rect, context) > 0, let moment = (window.selectedRow ?? window.rows.last)?.receivedAt else {
            return
        }
        let columns = rect.width - 4 - HeatStrip.labelWidth
        heat.turn(to: moment, clock: context.settings.clock, columns: columns)
    }

    mutating func heatLoad(_ context: DashboardContext) -> Command? {
        guard let rect, total != nil, heatRows(in: rect, context) > 0 else { return nil }
        return heat.nextLoad(window.filter, at: context.due)
    }

    func heatDeadline(_ context: DashboardContext) -> Timestamp? {
        guard let rect, total != nil, heatRows(in: rect, context) > 0 else { return nil }
        return heat.load.nextDeadline
    }

    func heatObstacle(_ context: DashboardContext) -> String? {
        guard let rect, heatRows(in: rect, context) > 0 else {
            return "The day is not shown; \(context.key(.heatStrip)) shows it where the list has room."
        }
        return heat.load.value == nil ? "The day is being counted." : nil
    }

    mutating func toggleHeat(_ context: DashboardContext, _ effects: inout Effects) {
        let isShown = rect.map { heatRows(in: $0, context) > 0 } ?? false
        heat.memory.isShown = !isShown
        effects.remember(heat.memory)
        if !isShown, let rect, heatRows(in: rect, context) == 0 {
            effects.say(.info, "The day shows above the list once that has events, and room for them.")
        }
    }

    /// Goes to the next events to the left or to the right.
    mutating func moveInDay(by step: Int, _ effects: inout Effects) {
        guard let moment = window.selectedRow?.receivedAt, let column = heat.column(of: moment) else { return }
        if let next = heat.neighbour(of: column, step: step) {
            goTo(heat.end(of: next), &effects)
        } else if step < 0 {
            // The day before, or any that has events.
            goTo(heat.start, &effects)
        } else if let end = heat.end(of: heat.columns - 1) {
            guard !(window.reachesNewest && window.rows.last.map { $0.receivedAt < end } ?? true) else {
                window.follow()
                return announceSelection(&effects)
            }
            // The next day that has events.
            window.want(.search(RowSearch(.hit(.term(.since(end))), forward: true, from: window.selected)))
        }
    }

    mutating func goTo(_ moment: Timestamp?, _ effects: inout Effects) {
        guard let moment else { return }
        window.want(.before(moment))
        effects.focus(Self.id)
    }

    func paintHeat(in rect: Rect, _ painter: inout Painter) {
        guard let start = heat.start else { return }
        let context = painter.context
        let bars = Rect(x: rect.x + HeatStrip.labelWidth, y: rect.y, width: heat.columns, height: 1)
        painter.canvas.draw(context.shortDate(start), at: rect.origin, style: context.isToday(start) ? .dim : .accent)
        let counts = heat.counts
        painter.canvas.chart(counts.map { Double($0.events) }, in: bars)
        if heat.load.value?.isCut == true {
            // Nobody has counted what is older.
            let first = counts.firstIndex { $0.events > 0 } ?? bars.width
            painter.canvas.fill(
                Rect(x: bars.x, y: bars.y, width: first, height: 1),
                with: painter.glyphs.ellipsis,
                style: .faint
            )
        }
        for (column, count) in counts.enumerated() where count.failures > 0 {
            painter.canvas.restyle(Rect(x: bars.x + column, y: bars.y, width: 1, height: 1)) {
                Style(.statusFail, on: $0.ground)
            }
        }
        let scale = bars.offset(y: 1)
        let selected = window.selectedRow.flatMap { heat.column(of: $0.receivedAt) }
        let hours = bars.width >= 70 ? 3 : 6
        for hour in stride(from: 0, to: 24, by: hours) {
            guard let column = heat.column(ofHour: hour, clock: context.settings.clock) else { continue }
            let label = DisplayText(hour < 10 ? "0\(hour)" : "\(hour)")
            // What the mark of the selection leaves of an hour's number would be another hour's.
            if let selected, (column..<(column + label.width)).contains(selected) { continue }
            painter.canvas.draw(label, in: scale.inset(left: column), style: .faint)
        }
        if let selected {
            painter.canvas.draw(painter.glyphs.up, at: Point(x: scale.x + selected, y: scale.y), style: .accent)
        }
        for column in 0..<heat.columns {
            painter.hit(Rect(x: bars.x + column, y: bars.y, width: 1, height: 2), part: HeatColumn(number: column))
        }
    }
}
