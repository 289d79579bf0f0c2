extension Canvas {
    /// Draws bars for the newest of `values` over `rect`, one column each, the newest at the right.
    ///
    /// The highest value reaches the top; any value above zero shows at least the lowest step.
    package mutating func chart(_ values: [Double], in rect: Rect, on ground: StyleRole? = nil) {
        guard !rect.isEmpty else { return }
        let shown = values.suffix(rect.width)
        let top = shown.filter(\.isFinite).max() ?? 0
        let first = rect.maxX - shown.count
        for (column, value) in shown.enumerated() {
            let steps = Self.steps(value, top: top, of: rect.height * (glyphs.chartSteps.count - 1))
            bar(steps, at: first + column, in: rect, ground: ground)
        }
    }

    private mutating func bar(_ steps: Int, at x: Int, in rect: Rect, ground: StyleRole?) {
        let perRow = glyphs.chartSteps.count - 1
        guard steps > 0, perRow > 0 else { return }
        let part = Double(steps) / Double(rect.height * perRow)
        let role: StyleRole = part > 0.8 ? .chartHigh : part > 0.4 ? .chartMid : .chartLow
        for row in 0..<rect.height {
            let level = min(perRow, steps - row * perRow)
            guard level > 0 else { return }
            draw(
                glyphs.chartSteps[level],
                at: Point(x: x, y: rect.maxY - 1 - row),
                style: Style(role, on: ground)
            )
        }
    }

    private static func steps(_ value: Double, top: Double, of count: Int) -> Int {
        guard value.isFinite, top.isFinite, value > 0, top > 0 else { return 0 }
        return min(count, max(1, Int((min(1, value / top) * Double(count)).rounded())))
    }
}
