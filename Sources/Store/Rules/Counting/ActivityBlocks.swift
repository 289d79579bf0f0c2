import Domain
package import Primitives

/// Sorts blocks of sequences by how their events are counted into slots of time: a block that lies inside one slot is
/// counted in the index alone; only those that several slots share are read, so that the cost stays small however many
/// events there are.
package struct ActivityBlocks: Sendable, Hashable {
    package struct Whole: Sendable, Hashable {
        /// Of one block, or of some that follow each other.
        package let sequences: ClosedRange<Int64>
        /// The first second of its slot.
        package let start: Int64
    }

    /// A block as it is stored, with the first and the last moment of its events in milliseconds.
    package struct Block: Sendable, Hashable {
        package let number: Int64
        package let earliest: Int64
        package let latest: Int64

        package init(number: Int64, earliest: Int64, latest: Int64) {
            self.number = number
            self.earliest = earliest
            self.latest = latest
        }
    }

    /// Milliseconds that one slot lasts.
    package static let slot = ActivitySummary.slotSeconds * 1000

    /// Blocks whose events are all of one slot; neighbours of the same slot are counted together, as a slot of a busy day
    /// holds many.
    package private(set) var whole: [Whole] = []
    /// Blocks whose events must be looked at.
    package private(set) var shared: [ClosedRange<Int64>] = []

    /// The blocks come in order.
    package init(_ blocks: [Block], since: Timestamp) {
        for block in blocks where block.latest >= since.milliseconds {
            let range = TimeBlocks.sequences(of: block.number)
            if block.earliest >= since.milliseconds, block.earliest / Self.slot == block.latest / Self.slot {
                add(range, start: Self.start(ofSlot: block.earliest / Self.slot))
            } else {
                shared.append(range)
            }
        }
    }

    private mutating func add(_ range: ClosedRange<Int64>, start: Int64) {
        var sequences = range
        if let last = whole.last, last.start == start, last.sequences.upperBound + 1 == range.lowerBound {
            sequences = last.sequences.lowerBound...range.upperBound
            whole.removeLast()
        }
        whole.append(Whole(sequences: sequences, start: start))
    }

    /// The first second of the slot with this number, counted from 1970 on.
    package static func start(ofSlot number: Int64) -> Int64 { number * slot / 1000 }
}
