import Drawing

extension Painter {
    /// The status line: who, how it is, what comes next; what matters least goes first where room is short.
    mutating func drawStatusLine(_ facts: [HeaderFact], in row: Rect) {
        canvas.fill(row, style: Style(.text, on: .header))
        var x = row.x + 1
        for fact in fitting(facts, width: row.width - 2) {
            let width = canvas.draw(fact.text.on(.header), at: Point(x: x, y: row.y))
            if let action = fact.action { hit(Rect(x: x, y: row.y, width: width, height: 1), action: action) }
            if let chart = fact.chart { draw(chart, at: Point(x: x, y: row.y)) }
            x += width + HeaderFact.gap
        }
    }

    private mutating func draw(_ chart: [Double], at point: Point) {
        let room = Rect(x: point.x, y: point.y, width: chart.count, height: 1)
        let steps = glyphs.chartSteps
        if steps.count > 1 { canvas.fill(room, with: steps[1], style: Style(.faint, on: .header)) }
        canvas.chart(chart, in: room, on: .header)
    }

    private func fitting(_ others: [HeaderFact], width: Int) -> [HeaderFact] {
        let others = others + (context.heardFact.map { [$0] } ?? [])
        var facts = [context.nameFact(width: .max), context.sourceFact]
        facts += others.sorted { $0.position.rawValue < $1.position.rawValue }
        while facts.reduce(-HeaderFact.gap, { $0 + $1.text.width + HeaderFact.gap }) > width,
            let least = facts.indices.max(by: { facts[$0].expendability < facts[$1].expendability }),
            facts[least].expendability > 0
        {
            if let brief = facts[least].brief {
                (facts[least].text, facts[least].brief) = (brief, nil)
            } else {
                facts.remove(at: least)
            }
        }
        // The name makes room for the state, whose word is never lost without a mark.
        let taken = facts.dropFirst().reduce(0) { $0 + $1.text.width + HeaderFact.gap }
        facts[0] = context.nameFact(width: max(6, width - taken))
        let left = width - facts[0].text.width - HeaderFact.gap
        facts[1].text = facts[1].text.truncated(to: max(0, left), mark: glyphs.ellipsis)
        return facts
    }
}
