/// Rows in the order of stamp and id, so that a poll touches only what it returns.
///
/// Entries go stale when their row gets a new stamp; readers skip those, and ``compact(isCurrent:)`` drops them.
struct StampIndex: Sendable {
    struct Entry: Sendable, Equatable, Comparable {
        let stamp: Stamp
        let number: Int

        static func < (left: Entry, right: Entry) -> Bool {
            left.stamp == right.stamp ? left.number < right.number : left.stamp < right.stamp
        }
    }

    private(set) var entries: [Entry] = []

    mutating func insert(stamp: Stamp, number: Int) {
        let entry = Entry(stamp: stamp, number: number)
        guard let last = entries.last, entry <= last else {
            entries.append(entry)
            return
        }
        let position = firstPosition(from: entry)
        if entries[position] != entry { entries.insert(entry, at: position) }
    }

    /// The entries with a stamp in this range.
    func slice(_ range: ClosedRange<Stamp>) -> ArraySlice<Entry> {
        let lower = firstPosition(from: Entry(stamp: range.lowerBound, number: .min))
        var upper = entries.count
        if range.upperBound < Stamp.max {
            upper = firstPosition(from: Entry(stamp: range.upperBound + 1, number: .min))
        }
        return entries[lower..<max(lower, upper)]
    }

    mutating func compact(isCurrent: (Entry) -> Bool) {
        entries.removeAll { !isCurrent($0) }
    }

    private func firstPosition(from entry: Entry) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle] < entry { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
