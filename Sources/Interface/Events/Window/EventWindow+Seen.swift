import Domain

extension EventWindow {
    /// Records that the screen shows the window: what is new is what lies below all that was in view since the pause.
    mutating func see() {
        guard !isFollowing else { return }
        let shown = rows.prefix(visibleRange.upperBound)
        guard let last = shown.last?.sequence else { return }
        if let seen, last > seen {
            let count = shown.reduce(0) { $0 + ($1.sequence > seen ? 1 : 0) }
            // Of rows that were left out by a jump nobody knows how many there are.
            let isClosed = reachesOldest || rows.first.map { $0.sequence <= seen } ?? false
            let left = newSincePause.map { $0 - count } ?? 0
            newSincePause = isClosed && left > 0 ? left : nil
            self.seen = last
        }
        guard reachesNewest, shown.count == rows.count else { return }
        newSincePause = 0
        hasNew = false
        news.see(upTo: last)
        news.drop()
    }
}
