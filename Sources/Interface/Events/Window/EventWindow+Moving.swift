import Domain
import Primitives

extension EventWindow {
    /// The place of an event among the loaded rows.
    func row(of sequence: Int64) -> Int? {
        let index = insertionIndex(of: sequence)
        return index < rows.count && rows[index].sequence == sequence ? index : nil
    }

    /// The first row that is not older than `sequence`; rows are in order.
    private func insertionIndex(of sequence: Int64) -> Int {
        var low = 0
        var high = rows.count
        while low < high {
            let middle = (low + high) / 2
            if rows[middle].sequence < sequence { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The rows that the screen shows.
    var visibleRange: Range<Int> {
        let last = firstRow(endingAt: rows.count - 1)
        guard !isFollowing, let top else { return last..<rows.count }
        let first = min(insertionIndex(of: top), last)
        return first..<end(ofViewFrom: first)
    }

    var selectedRow: EventSummary? {
        guard let selected, let index = row(of: selected) else { return nil }
        return rows[index]
    }

    /// Stops following; nothing on the screen moves.
    mutating func pause() {
        guard isFollowing else { return }
        let visible = visibleRange
        isFollowing = false
        newSincePause = 0
        hasNew = false
        seen = rows.last.map { max($0.sequence, news.storedTo) }
        viewed = rows.last.map { Viewed(sequence: $0.sequence) }
        news.drop()
        top = rows.isEmpty ? nil : rows[visible.lowerBound].sequence
        if selected == nil { selected = rows.last?.sequence }
    }

    /// Goes to the oldest event.
    mutating func moveToOldest() {
        pause()
        owed = 0
        if reachesOldest, let first = rows.first { select(first.sequence) } else { want(.oldest) }
    }

    /// Goes to the newest event and stays with the newest.
    mutating func follow() {
        isFollowing = true
        owed = 0
        top = nil
        viewed = nil
        newSincePause = 0
        hasNew = false
        invalidateTail()
        if reachesNewest { selected = rows.last?.sequence } else { want(.tail) }
    }

    /// Moves the selection by so many rows; moving up pauses. What lies beyond the loaded rows is owed until they are there.
    mutating func move(by rowsDown: Int) {
        owed = 0
        guard !rows.isEmpty else { return }
        if isFollowing {
            guard rowsDown < 0 else { return }
            pause()
        }
        let visible = visibleRange
        let target = (selected.flatMap(row(of:)) ?? visible.lowerBound) + rowsDown
        let reached = min(max(0, target), rows.count - 1)
        select(rows[reached].sequence)
        guard target < 0 ? !reachesOldest : target > reached && !reachesNewest else { return }
        owed = target - reached
        want(target < 0 ? .older : .newer)
    }

    /// Moves the view by so many rows and takes the selection along only where it would leave the view.
    mutating func scroll(by rowsDown: Int) {
        guard !rows.isEmpty else { return }
        if isFollowing {
            guard rowsDown < 0 else { return }
            pause()
        }
        let first = min(max(0, visibleRange.lowerBound + rowsDown), firstRow(endingAt: rows.count - 1))
        top = rows[first].sequence
        let visible = visibleRange
        let index = selected.flatMap(row(of:)) ?? visible.lowerBound
        let kept = min(max(index, visible.lowerBound), max(visible.lowerBound, visible.upperBound - 1))
        selected = rows[kept].sequence
    }

    /// Selects an event, or its neighbour where it is gone, and brings that into view with as little movement as possible.
    mutating func select(_ sequence: Int64) {
        guard !rows.isEmpty else {
            selected = nil
            return
        }
        let index = min(insertionIndex(of: sequence), rows.count - 1)
        selected = rows[index].sequence
        guard !isFollowing else { return }
        let visible = visibleRange
        if index < visible.lowerBound {
            top = rows[index].sequence
        } else if index >= visible.upperBound {
            top = rows[firstRow(endingAt: index)].sequence
        } else {
            // What the clamped view shows becomes its anchor, whatever stood there before.
            top = rows[visible.lowerBound].sequence
        }
    }

    /// Selects the neighbour of an event that has left the rows; one that is still there stays as it is.
    mutating func keep(_ sequence: Int64) { if row(of: sequence) == nil { select(sequence) } }

    /// Selects the next row of a kind in a direction among the loaded ones, or asks for it; from another event than the
    /// selected one, if it is given. False where it is asked for.
    @discardableResult
    mutating func seek(_ target: RowSearch.Target, forward: Bool, from start: Int64? = nil) -> Bool {
        // What lies between the rows and an event that is none of them is not known.
        let index = start == nil ? selected.flatMap(row(of:)) ?? rows.count : start.flatMap(row(of:))
        let found = index.flatMap { index in
            forward
                ? rows.indices.dropFirst(index + 1).first { target.holds(rows[$0]) }
                : rows.indices.prefix(index).last { target.holds(rows[$0]) }
        }
        guard let found else {
            want(.search(RowSearch(target, forward: forward, from: start ?? selected)))
            return false
        }
        pause()
        select(rows[found].sequence)
        return true
    }

    /// Selects the row of a kind that is nearest to an event, itself or an older one first, while somebody types what it is
    /// about: nothing waits for it.
    mutating func approach(_ target: RowSearch.Target, from sequence: Int64?) {
        let from = sequence ?? rows.last?.sequence
        if let from, let index = row(of: from), let found = rows[...index].lastIndex(where: { target.holds($0) }) {
            wanted = nil
            pause()
            return select(rows[found].sequence)
        }
        want(.search(RowSearch(target, forward: false, from: from.map { $0.adding(saturating: 1) })), isAwaited: false)
    }
}

extension EventSummary {
    /// Whether a person would call it failed at present: the last replay went wrong, or the delivery did and no replay
    /// has made up for it.
    var hasFailed: Bool {
        guard let delivery else { return false }
        switch delivery.lastReplay?.verdict {
        case .failed: return true
        case .succeeded where !delivery.state.isOpen: return false
        case .succeeded, nil: break
        }
        return switch delivery.state {
        case .dead, .retrying: true
        case .queued, .waiting, .held, .delivered: delivery.lastError != nil
        case .none: false
        }
    }
}
