import Domain
import Primitives

/// Sorts blocks of sequences by how their events are counted into slots of time: a block that lies inside one slot is
/// counted in the index alone; only those that several slots share are read, so that the cost stays small however many
/// events there are.
struct ActivityBlocks: Sendable, Hashable {
    struct Whole: Sendable, Hashable {
        let sequences: ClosedRange<Int64>
        /// The first second of its slot.
        let start: Int64
    }

    /// A block as it is stored, with the first and the last moment of its events in milliseconds.
    struct Block: Sendable, Hashable {
        let number: Int64
        let earliest: Int64
        let latest: Int64
    }

    /// Milliseconds that one slot lasts.
    static let slot = ActivitySummary.slotSeconds * 1000

    /// Blocks whose events are all of one slot.
    private(set) var whole: [Whole] = []
    /// Blocks whose events must be looked at.
    private(set) var shared: [ClosedRange<Int64>] = []

    init(_ blocks: [Block], since: Timestamp) {
        for block in blocks where block.latest >= since.milliseconds {
            let range = TimeBlocks.sequences(of: block.number)
            if block.earliest >= since.milliseconds, block.earliest / Self.slot == block.latest / Self.slot {
                whole.append(Whole(sequences: range, start: Self.start(ofSlot: block.earliest / Self.slot)))
            } else {
                shared.append(range)
            }
        }
    }

    /// The first second of the slot with this number, counted from 1970 on.
    static func start(ofSlot number: Int64) -> Int64 { number * slot / 1000 }
}
