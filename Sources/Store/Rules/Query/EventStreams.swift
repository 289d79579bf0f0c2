package import Domain

/// Events of several sources in one order: each is a stream of the index, merged by sequence; some facets the index may merge
/// itself. No event is of two of them.
package struct EventStreams {
    private struct Stream {
        let source: IndexSource
        /// Ahead of what was handed out, in order.
        var buffer: ArraySlice<Int64> = []
        var isEnded = false
    }

    private var streams: [Stream]
    /// The sources where all are facets, and more than one.
    private let facets: [Facet]
    /// Whether nothing is left of what the index merges.
    private var isEnded = false
    private let direction: PageRequest.Direction

    package init(_ sources: [IndexSource], direction: PageRequest.Direction) {
        self.streams = sources.map { Stream(source: $0) }
        let facets = sources.compactMap(\.facetIfAny)
        self.facets = facets.count == sources.count && facets.count > 1 ? facets : []
        self.direction = direction
    }

    /// Forgets what was read ahead, where the range jumps.
    package mutating func reset() {
        for number in streams.indices { streams[number] = Stream(source: streams[number].source) }
        isEnded = false
    }

    /// The next sequences within the range, at most `count`.
    package mutating func next(_ count: Int, in range: ClosedRange<Int64>, _ index: some EventIndex) throws -> [Int64] {
        if let found = try merged(count, in: range, index) { return found }
        // Read ahead about what each will be asked for if all are equally frequent; of one alone nothing in vain.
        let portion = streams.count == 1 ? count : max(4, count * 2 / max(1, streams.count))
        var found: [Int64] = []
        while found.count < count {
            var best: (number: Int, sequence: Int64)?
            for number in streams.indices {
                if streams[number].buffer.isEmpty, !streams[number].isEnded {
                    try fill(number, portion, Self.rest(range, beyond: found.last, direction), index)
                }
                guard let head = streams[number].buffer.first else { continue }
                if let known = best, direction == .newestFirst ? known.sequence > head : known.sequence < head {
                    continue
                }
                best = (number, head)
            }
            guard let best else { break }
            streams[best.number].buffer.removeFirst()
            found.append(best.sequence)
        }
        return found
    }

    /// Nil where the index merges nothing.
    private mutating func merged(
        _ count: Int,
        in range: ClosedRange<Int64>,
        _ index: some EventIndex
    ) throws -> [Int64]? {
        if facets.isEmpty { return nil }
        if isEnded { return [] }
        let found = try index.sequences(of: facets, in: range, direction, limit: count)
        if let found { isEnded = found.count < count }
        return found
    }

    private mutating func fill(
        _ number: Int,
        _ portion: Int,
        _ range: ClosedRange<Int64>?,
        _ index: some EventIndex
    ) throws {
        guard let range else {
            streams[number].isEnded = true
            return
        }
        let sequences = try index.sequences(streams[number].source, in: range, direction, limit: portion)
        streams[number].buffer = sequences[...]
        if sequences.count < portion { streams[number].isEnded = true }
    }

    private static func rest(
        _ range: ClosedRange<Int64>,
        beyond last: Int64?,
        _ direction: PageRequest.Direction
    ) -> ClosedRange<Int64>? {
        guard let last else { return range }
        switch direction {
        case .newestFirst: return last - 1 >= range.lowerBound ? range.lowerBound...(last - 1) : nil
        case .oldestFirst: return last + 1 <= range.upperBound ? (last + 1)...range.upperBound : nil
        }
    }
}

extension IndexSource {
    fileprivate var facetIfAny: Facet? { if case .facet(let facet) = self { facet } else { nil } }
}
