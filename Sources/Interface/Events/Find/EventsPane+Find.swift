import Domain
import Drawing

extension EventsPane {
    /// Whether letters go into a line of the pane, and into which.
    var isFindTyped: Bool { filtering.line == nil && finding?.line.isTyping == true }

    /// Opens the line, or the one that stands there already.
    mutating func openFind(_ effects: inout Effects) {
        if finding == nil { finding = ListFind(over: window, after: findTokens.next()) } else { finding?.line.reopen() }
        effects.focus(Self.id)
    }

    /// Does what the search is asked for; false if it means nothing to it.
    mutating func performInFind(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        guard let find = finding else { return false }
        switch action {
        case .keepFind where find.line.isTyping:
            finding?.line.keep()
            if find.line.query == nil { finding = nil }
            announceSelection(&effects)
        case .endFind:
            finding = nil
            if find.line.isTyping { window.restore(find.before) }
            announceSelection(&effects)
        default:
            guard isFindTyped, finding?.line.edit(action) == true else { return false }
            findTyped(context, &effects)
        }
        return true
    }

    /// Goes to the nearest row that shows what stands in the line.
    mutating func findTyped(_ context: DashboardContext, _ effects: inout Effects) {
        let known = known(context)
        guard finding?.read(known) == true, let find = finding, let target = find.target else { return }
        window.approach(target, from: find.before.selected)
        announceSelection(&effects)
    }

    mutating func seekHit(forward: Bool, _ effects: inout Effects) {
        guard let target = finding?.target else { return }
        finding?.note = nil
        window.seek(target, forward: forward)
        announceSelection(&effects)
    }

    /// A search for what is looked for has ended.
    mutating func hitFound(_ search: RowSearch) {
        finding?.note =
            search.nearest != nil && search.hasWrapped ? "from the \(search.forward ? "first" : "last") again" : nil
    }

    /// Why one can't go to the next place found.
    func findObstacle(_ context: DashboardContext) -> String? {
        guard let finding else { return "Nothing is looked for; \(context.key(.find)) finds." }
        if finding.rows == nil { return "No row can show that." }
        return finding.line.query != nil && finding.hits.value?.total == 0
            ? "No row of the list shows “\(finding.line.field.text.trimmed.prefix(40))”." : nil
    }

    func paintFindLine(_ find: ListFind, in row: Rect, _ painter: inout Painter) {
        let hasFocus = painter.context.focus == Self.id && filtering.line == nil
        find.line.draw(in: row, status: find.status(painter.glyphs), hasFocus: hasFocus, &painter)
    }
}
