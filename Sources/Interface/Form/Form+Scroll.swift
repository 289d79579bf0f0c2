import Domain

extension Form {
    /// Keeps the scroll inside the lines, and the focused field in view if it has to be.
    mutating func settleScroll(_ rows: [FormRow], height: Int) {
        guard height > 0 else { return }
        if needsReveal { reveal(rows, height: height) }
        needsReveal = false
        scroll = min(max(0, scroll), max(0, rows.count - height))
    }

    /// Scrolls as little as it takes to show all lines of the focused field.
    private mutating func reveal(_ rows: [FormRow], height: Int) {
        let own = rows.indices.filter { rows[$0].field == focus }
        if let lower = own.first, let upper = own.last {
            if upper >= scroll + height { scroll = upper - height + 1 }
            if lower < scroll { scroll = lower }
            // A field taller than the pane: its cursor's line is what matters.
            if focus == .setting(.objects), upper - lower >= height,
                let line = own.first(where: { rows[$0].content == .object(objects.cursor) }),
                line >= scroll + height
            {
                scroll = line - height + 1
            }
        }
    }
}
