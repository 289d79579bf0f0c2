import Domain

extension EventWindow {
    /// The newest row that was in view since the pause.
    struct Viewed: Sendable, Hashable {
        let sequence: Int64
        /// How many of the filter's events there are up to it; nil until they are counted.
        var number: Int64?
    }

    /// How many of the filter's events, of which there are so many, were not in view yet; nil where that is not known.
    func new(of total: Int64) -> Int64? { viewed?.number.map { max(0, total - $0) } }

    private mutating func recordViewed(_ last: Int64) {
        guard let former = viewed else { return }
        if last > former.sequence { viewed = Viewed(sequence: last) }
        guard let index = row(of: max(last, former.sequence)), let older = self.older(than: index) else { return }
        viewed?.number = older + 1
    }

    /// Records that the screen shows the window: what is new is what lies below all that was in view since the pause.
    mutating func see() {
        guard !isFollowing else { return }
        let shown = rows.prefix(visibleRange.upperBound)
        guard let last = shown.last?.sequence else { return }
        recordViewed(last)
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
