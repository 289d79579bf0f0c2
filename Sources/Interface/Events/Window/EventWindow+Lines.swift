import Domain
import Primitives

extension EventWindow {
    /// What a line of the screen shows.
    enum Line: Sendable, Hashable {
        /// One of the loaded rows.
        case row(Int)
        /// The day on which the rows below were stored.
        case day(Timestamp)
    }

    /// The lines that the screen shows: the visible rows, with the date between two of different days.
    var lines: [Line] {
        let visible = visibleRange
        return visible.flatMap { index -> [Line] in
            index > visible.lowerBound && beginsDay(index)
                ? [.day(rows[index].receivedAt), .row(index)] : [.row(index)]
        }
    }

    /// Whether a row was stored on another day than the one above it, in the time zone of the screen.
    private func beginsDay(_ index: Int) -> Bool {
        index > 0 && clock.day(of: rows[index].receivedAt) != clock.day(of: rows[index - 1].receivedAt)
    }

    /// The first row of a view that ends with this one.
    func firstRow(endingAt index: Int) -> Int {
        var left = height - 1
        var first = max(0, index)
        while first > 0 {
            // The row above brings the date line of this one into view.
            let needed = beginsDay(first) ? 2 : 1
            guard left >= needed else { break }
            left -= needed
            first -= 1
        }
        return first
    }

    /// Where a view ends that begins with this row.
    func end(ofViewFrom first: Int) -> Int {
        guard first < rows.count else { return rows.count }
        var left = height - 1
        var end = first + 1
        while end < rows.count {
            let needed = beginsDay(end) ? 2 : 1
            guard left >= needed else { break }
            left -= needed
            end += 1
        }
        return end
    }
}

extension EventWindow {
    /// A loaded row of which it is known how many of the filter's events are older.
    struct Anchor: Sendable, Hashable {
        let sequence: Int64
        let older: Int64
    }

    /// How many of the filter's events are older than a loaded row; nil where nobody has counted them yet.
    func older(than index: Int) -> Int64? {
        if reachesOldest { return Int64(index) }
        guard let anchor, let at = row(of: anchor.sequence) else { return nil }
        return max(0, anchor.older + Int64(index - at))
    }
}
