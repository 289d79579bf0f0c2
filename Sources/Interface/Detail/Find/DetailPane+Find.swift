import Drawing

extension DetailPane {
    /// Opens the line, or the one that stands there already.
    mutating func openFind() {
        if finding == nil { finding = DetailFind(at: open?.reader.cursor ?? 0) } else { finding?.line.reopen() }
    }

    /// Does what the search is asked for; false if it means nothing to it.
    mutating func performInFind(_ action: ActionID) -> Bool {
        guard let find = finding else { return false }
        switch action {
        case .keepFind where find.line.isTyping:
            finding?.line.keep()
            if find.query == nil { finding = nil }
        case .endFind:
            finding = nil
            if find.line.isTyping { go(toRow: find.before) }
        default:
            return find.line.isTyping && finding?.line.edit(action) == true
        }
        return true
    }

    /// Looks again where other rows are shown or something else is looked for. While one types, the cursor goes to the nearest
    /// position.
    mutating func findAgain() {
        guard let rows = open?.rows, finding?.look(in: rows) == true, let find = finding, find.line.isTyping else {
            return
        }
        let from = DetailFind.Hit(position: rows.content.position(ofRow: find.before), line: 0)
        if let hit = finding?.next(from: from, forward: true, orAt: true) { go(to: hit) }
    }

    mutating func seekHit(forward: Bool) {
        guard let rows = open?.rows, let reader = open?.reader else { return }
        _ = finding?.look(in: rows)
        let position = rows.content.position(ofRow: reader.cursor)
        let line = reader.top.row == reader.cursor ? reader.top.line : 0
        let from = finding?.hit(at: position) ?? DetailFind.Hit(position: position, line: line)
        if let hit = finding?.next(from: from, forward: forward) { go(to: hit) }
    }

    /// Puts the cursor on a position with the line in view, and unfolds what hides it.
    private mutating func go(to hit: DetailFind.Hit) {
        open?.reveal(hit.position)
        guard let rows = open?.rows, let page else { return }
        open?.reader.go(to: rows.content.row(ofPosition: hit.position), line: hit.line, on: page)
    }

    private mutating func go(toRow row: Int) {
        if let page { open?.reader.go(to: row, on: page) }
    }

    /// Why one can't go to the next position found; nil where it is the list's business.
    func findObstacle(_ context: DashboardContext) -> String? {
        guard context.focus == Self.id else { return nil }
        guard let finding else { return "Nothing is looked for; \(context.key(.find)) finds." }
        return finding.query != nil && finding.hits.isEmpty ? "It stands nowhere in this tab." : nil
    }
}
