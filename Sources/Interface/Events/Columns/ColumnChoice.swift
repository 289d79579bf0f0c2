/// Which columns the list has, in which order, and how wide those are that somebody has sized.
package struct ColumnChoice: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        package let column: EventColumn
        /// Nil: as wide as suits the list.
        package var width: Int?

        package init(_ column: EventColumn, width: Int? = nil) {
            self.column = column
            self.width = width.map { min(max($0, ColumnChoice.widths.lowerBound), ColumnChoice.widths.upperBound) }
        }
    }

    /// What a column can be sized to.
    package static let widths = 4...80

    /// Each column once; at least one.
    package private(set) var entries: [Entry]

    package static let standard = ColumnChoice([
        .init(.time), .init(.change), .init(.object), .init(.record), .init(.callback),
    ])

    /// Of a column that stands twice the first counts; of none, the record alone.
    package init(_ entries: [Entry]) {
        var seen: Set<EventColumn> = []
        let entries = entries.filter { seen.insert($0.column).inserted }
        self.entries = entries.isEmpty ? [Entry(.record)] : entries
    }

    package subscript(_ column: EventColumn) -> Entry? { entries.first { $0.column == column } }

    /// Takes a column in at the end, or out; the last one stays.
    mutating func toggle(_ column: EventColumn) {
        if let index = entries.firstIndex(where: { $0.column == column }) {
            if entries.count > 1 { entries.remove(at: index) }
        } else {
            entries.append(Entry(column))
        }
    }

    /// Moves a column by one place, -1 to the left.
    mutating func move(_ column: EventColumn, by step: Int) {
        guard let index = entries.firstIndex(where: { $0.column == column }),
            entries.indices.contains(index + step)
        else { return }
        entries.swapAt(index, index + step)
    }

    /// Makes a column wider or narrower than it is now.
    mutating func widen(_ column: EventColumn, by step: Int, from width: Int) {
        guard let index = entries.firstIndex(where: { $0.column == column }) else { return }
        entries[index] = Entry(column, width: width + step)
    }
}
