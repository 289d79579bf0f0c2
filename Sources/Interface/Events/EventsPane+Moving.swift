import Domain
import Drawing

extension State {
    /// Rows of a page in the focused pane.
    var page: Int {
        focus == .detail ? max(1, (DashboardLayout(self).detailContent?.height ?? 2) - 1) : max(1, events.height - 1)
    }

    mutating func move(by rows: Int) {
        if focus == .detail, detail != nil {
            detail?.scroll += rows
        } else {
            events.move(by: rows)
            followSelection()
        }
    }

    mutating func moveToEdge(isStart: Bool) {
        if focus == .detail, detail != nil {
            detail?.scroll = isStart ? 0 : .max / 2
        } else if !isStart {
            events.follow()
        } else if events.reachesOldest, let first = events.rows.first {
            events.pause()
            events.select(first.sequence)
            followSelection()
        } else {
            events.pause()
            events.want(.oldest)
        }
    }

    mutating func seekFailure(forward: Bool) {
        events.seekFailure(forward: forward)
        followSelection()
    }

    /// The open detail is that of the selected event.
    mutating func followSelection() {
        if let selected = events.selected { detail?.show(selected) }
    }

    mutating func openDetail() {
        guard let event = selectedEvent else { return }
        events.pause()
        if detail == nil {
            detail = DetailPane(event.sequence, tab: event.changedFieldNames.isEmpty ? .payload : .changes)
        } else {
            detail?.show(event.sequence)
        }
        if let selected = events.selected {
            // The list becomes shorter: the selected row stays in view.
            events.height = DashboardLayout(self).eventRows
            events.select(selected)
        }
        focus = .detail
    }

    mutating func closeDetail() {
        if focus == .detail, DashboardLayout(self).shape == .narrow || detail == nil {
            focus = .events
            detail = nil
            return
        }
        detail = nil
        focus = .events
    }

    mutating func turnTab(by step: Int) {
        guard let tab = detail?.tab else { return }
        let count = DetailPane.Tab.allCases.count
        turn(to: DetailPane.Tab(rawValue: (tab.rawValue + step + count) % count) ?? .payload)
    }

    mutating func turn(to tab: DetailPane.Tab) {
        detail?.tab = tab
        detail?.scroll = 0
    }

    mutating func turnPane(by step: Int) {
        let panes = Pane.allCases.filter { $0 != .detail || detail != nil }
        let index = panes.firstIndex(of: focus) ?? 0
        enter(panes[(index + step + panes.count) % panes.count])
        if focus == .form, step > 0, let first = form.fields.first { form.focus(first) }
        if focus == .form, step < 0, let last = form.fields.last { form.focus(last) }
    }

    /// Keeps the detail's scroll inside its lines.
    mutating func clampDetail(_ layout: DashboardLayout) {
        guard let pane = detail, let content = layout.detailContent, pane.scroll != 0 else { return }
        let lines = detailLines(width: content.width).count
        detail?.scroll = min(max(0, pane.scroll), max(0, lines - content.height))
    }
}
