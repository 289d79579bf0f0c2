import Drawing

extension Dashboard {
    /// The status line: who, how it is, what comes next; what matters least goes first where room is short.
    func paintHeader(_ layout: DashboardLayout, _ painter: inout Painter) {
        let row = layout.header
        painter.canvas.fill(row, style: Style(.text, on: .header))
        var x = row.x + 1
        for fact in fittingFacts(painter.context, width: row.width - 2) {
            let width = painter.canvas.draw(fact.text.on(.header), at: Point(x: x, y: row.y))
            if let action = fact.action { painter.hit(Rect(x: x, y: row.y, width: width, height: 1), action: action) }
            if let chart = fact.chart { paint(chart, at: Point(x: x, y: row.y), &painter) }
            x += width + HeaderFact.gap
        }
    }

    private func paint(_ chart: [Double], at point: Point, _ painter: inout Painter) {
        let room = Rect(x: point.x, y: point.y, width: chart.count, height: 1)
        let steps = painter.glyphs.chartSteps
        if steps.count > 1 { painter.canvas.fill(room, with: steps[1], style: Style(.faint, on: .header)) }
        painter.canvas.chart(chart, in: room, on: .header)
    }

    private func fittingFacts(_ context: DashboardContext, width: Int) -> [HeaderFact] {
        let others = features.flatMap { $0.facts(context) }.sorted { $0.position.rawValue < $1.position.rawValue }
        var facts = [context.nameFact(width: .max), context.sourceFact] + others
        while facts.reduce(-HeaderFact.gap, { $0 + $1.text.width + HeaderFact.gap }) > width,
            let least = facts.indices.max(by: { facts[$0].expendability < facts[$1].expendability }),
            facts[least].expendability > 0
        {
            facts.remove(at: least)
        }
        // The name makes room for the state, whose word is never lost without a mark.
        let taken = facts.dropFirst().reduce(0) { $0 + $1.text.width + HeaderFact.gap }
        facts[0] = context.nameFact(width: max(6, width - taken))
        let left = width - facts[0].text.width - HeaderFact.gap
        facts[1].text = facts[1].text.truncated(to: max(0, left), mark: context.glyphs.ellipsis)
        return facts
    }

    /// The panes of a narrow screen.
    func paintTabs(_ row: Rect, _ painter: inout Painter) {
        var x = row.x + 1
        for (number, pane) in openPanes.enumerated() {
            let id = type(of: pane).id
            let isActive = id == focus
            let isDirty = pane.unsavedWork(painter.context) != nil
            let mark = isActive ? painter.glyphs.marker : " "
            let label =
                mark + DisplayText("\(number + 1) \(id.name)") + (isDirty ? painter.glyphs.changed : "") + " "
            let style: Style = isActive ? Style(.title, on: .selection) : .dim
            let width = painter.canvas.draw(label, at: Point(x: x, y: row.y), style: style)
            painter.hit(Rect(x: x, y: row.y, width: width, height: 1), .effect(.focus(id)))
            x += width + 1
        }
    }
}
