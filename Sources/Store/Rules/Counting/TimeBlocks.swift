package import Primitives

/// Between which moments the events of each block of sequences were stored. So a filter by time becomes ranges of keys, and
/// stays right where the clock jumped and times don't follow the sequences.
package struct TimeBlocks: Sendable, Hashable {
    /// Sequences in one block.
    package static let width: Int64 = 2048

    /// Milliseconds since 1970 by block.
    package private(set) var times: [Int64: ClosedRange<Int64>] = [:]

    package init() {}

    /// An event was stored.
    package mutating func add(_ time: Timestamp, sequence: Int64) {
        let time = time.milliseconds
        let block = sequence / Self.width
        guard let known = times[block] else {
            times[block] = time...time
            return
        }
        times[block] = min(known.lowerBound, time)...max(known.upperBound, time)
    }

    package mutating func merge(_ others: TimeBlocks) {
        times.merge(others.times) { min($0.lowerBound, $1.lowerBound)...max($0.upperBound, $1.upperBound) }
    }

    /// The last event of a block went.
    package mutating func remove(_ block: Int64) { times[block] = nil }

    package mutating func removeAll() { times.removeAll(keepingCapacity: true) }

    /// The sequences of a block.
    package static func sequences(of block: Int64) -> ClosedRange<Int64> { (block * width)...((block + 1) * width - 1) }

    /// The sequences of blocks, which are given in order, clamped to a range; neighbours are put together.
    package static func ranges(of blocks: [Int64], within whole: ClosedRange<Int64>) -> [ClosedRange<Int64>] {
        var found: [ClosedRange<Int64>] = []
        for block in blocks {
            let range = sequences(of: block)
            if let last = found.last, last.upperBound + 1 == range.lowerBound {
                found[found.count - 1] = last.lowerBound...range.upperBound
            } else {
                found.append(range)
            }
        }
        return found.filter { $0.overlaps(whole) }.map { $0.clamped(to: whole) }
    }
}
