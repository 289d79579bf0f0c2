package import Domain

/// Walks over the sequences of the events that a filter wants, in order, without ever skipping by offset.
///
/// The filter's parts are used where they cost least: time as ranges of sequences, facets as streams of one index, a
/// record or an event by its own index; all else is looked at event by event, in growing chunks, newest (or oldest) first.
package struct EventScan {
    /// Candidates looked at together, at most.
    package static let chunk = 4096

    private let direction: PageRequest.Direction
    private var streams: EventStreams
    /// What is left to look at, next first.
    private var ranges: ArraySlice<ClosedRange<Int64>>
    private let residual: ResidualFilter?
    /// Found but not asked for yet.
    private var pending: ArraySlice<Int64> = []
    private var portion = 64

    package init(_ page: PageRequest, _ index: some EventIndex) throws {
        let filter = try page.filter.numbered(index).indexed()
        direction = page.direction
        if let (keys, rest) = filter.keyed() {
            streams = EventStreams(keys, direction: page.direction)
            residual = ResidualFilter(rest, byFacets: false)
        } else if filter.hasFacets {
            let facets = try index.facets().streams(filter)
            streams = EventStreams(facets.map { .facet($0) }, direction: page.direction)
            residual = ResidualFilter(filter, byFacets: true)
        } else {
            streams = EventStreams([.everything], direction: page.direction)
            residual = ResidualFilter(filter, byFacets: false)
        }
        var whole: ClosedRange<Int64>? = 0...Int64.max
        if let after = page.after {
            switch page.direction {
            case .newestFirst: whole = after > 0 ? 0...(after - 1) : nil
            case .oldestFirst: whole = after < Int64.max ? (max(after, -1) + 1)...Int64.max : nil
            }
        }
        let found = try whole.map { try Self.ranges(filter, within: $0, index) } ?? []
        ranges = page.direction == .newestFirst ? found.reversed()[...] : found[...]
    }

    /// The next sequences, at most `limit`; none at the end.
    package mutating func next(_ limit: Int, _ index: some EventIndex) throws -> [Int64] {
        while pending.isEmpty, let range = ranges.first {
            let count: Int
            if residual == nil {
                count = limit
            } else {
                portion = min(portion * 2, Self.chunk)
                count = max(portion, min(limit, Self.chunk))
            }
            let candidates = try streams.next(count, in: range, index)
            narrow(range, beyond: candidates.last)
            guard let residual, !candidates.isEmpty else {
                pending = candidates[...]
                continue
            }
            let found = try index.passing(candidates, residual)
            pending = (direction == .newestFirst ? found.sorted(by: >) : found.sorted())[...]
        }
        let found = Array(pending.prefix(limit))
        pending = pending.dropFirst(limit)
        return found
    }

    /// Takes what was looked at off the range; drops it where nothing is left.
    private mutating func narrow(_ range: ClosedRange<Int64>, beyond last: Int64?) {
        var rest: ClosedRange<Int64>?
        if let last {
            switch direction {
            case .newestFirst: rest = last > range.lowerBound ? range.lowerBound...(last - 1) : nil
            case .oldestFirst: rest = last < range.upperBound ? (last + 1)...range.upperBound : nil
            }
        }
        if let rest {
            ranges[ranges.startIndex] = rest
        } else {
            ranges = ranges.dropFirst()
            streams.reset()
        }
    }

    /// Where events of the filter's time can be, oldest first.
    private static func ranges(
        _ filter: EventFilter,
        within whole: ClosedRange<Int64>,
        _ index: some EventIndex
    ) throws -> [ClosedRange<Int64>] {
        guard filter.from != nil || filter.to != nil else { return [whole] }
        return TimeBlocks.ranges(of: try index.blocks(from: filter.from, to: filter.to), within: whole)
    }
}

extension EventCounts {
    /// Counts events, each under the state of its delivery. By facet they come from the counters; a filter by record, time
    /// or text has to look at what the other parts of the filter leave.
    package static func of(_ filter: EventFilter, _ index: some EventIndex) throws -> EventCounts {
        let filter = try filter.numbered(index).indexed()
        if filter.isByFacetsAlone { return try index.facets().counts(filter) }
        var counts = EventCounts()
        var scan = try EventScan(PageRequest(direction: .oldestFirst, filter: filter), index)
        while case let sequences = try scan.next(EventScan.chunk, index), !sequences.isEmpty {
            counts.add(try index.tally(sequences), filter)
        }
        return counts
    }
}
