/// How far an index of words reaches; what lies beyond is looked at event by event.
package struct WordIndexState: Sendable, Hashable {
    /// Sequences whose words are in the index; nil while it is empty.
    package let indexed: ClosedRange<Int64>?
    /// Sequences from the oldest event to the newest; nil where there is none.
    package let stored: ClosedRange<Int64>?

    package init(indexed: ClosedRange<Int64>?, stored: ClosedRange<Int64>?) {
        self.indexed = indexed
        self.stored = stored
    }

    /// Events that the index may trail behind: so few are looked at in a moment, and written together they cost a sixth.
    package static let trail: Int64 = 256
    /// From so many on a person notices that they are looked at.
    static let noticed: Int64 = 4096

    /// Events whose words are not in the index.
    package var rest: Int64 {
        guard let stored else { return 0 }
        guard let indexed, indexed.overlaps(stored) else { return Int64(stored.count) }
        return Int64(stored.count) - Int64(indexed.clamped(to: stored).count)
    }

    package var isUpToDate: Bool { rest < Self.trail }

    /// How much of the history the index holds, where what is missing makes searches slow.
    package var percent: Int? {
        guard let stored, rest >= Self.noticed else { return nil }
        let all = Int64(stored.count)
        return Int((all - rest) * 100 / all)
    }
}
