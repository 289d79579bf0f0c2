package import Domain
import Primitives

extension EventHistogram {
    /// Counts by ranges of an index what facets alone decide; whatever else a filter says is looked at event by event, like
    /// its counts: the newest first, so many of them, and until somebody says that it is over.
    package static func of(
        _ request: HistogramRequest,
        _ index: some EventIndex,
        most: Int = HistogramRequest.mostFound,
        isOver: () -> Bool = { false }
    ) throws -> EventHistogram {
        var filter = try request.filter.numbered(index).indexed()
        let isCounted = filter.isByFacetsAlone && filter.excludedReplays.isEmpty
        switch request.axis {
        case .sequences(let cut):
            guard isCounted else {
                let found = try find(filter, index, most, isOver)
                guard let first = found.sequences.last, let last = found.sequences.first else {
                    return EventHistogram(bins: [], isCut: found.isCut)
                }
                var bins = HistogramBins(over: first...last, count: request.bins, cut: cut)
                try add(found.sequences, to: &bins, index) { Dictionary(uniqueKeysWithValues: $0.map { ($0, $0) }) }
                return EventHistogram(bins: bins.filled, isCut: found.isCut)
            }
            guard let range = try range(filter, index) else { return EventHistogram(bins: []) }
            var bins = HistogramBins(over: range, count: request.bins, cut: cut)
            try FacetRanges(filter, within: range, index).count(into: &bins, index)
            return EventHistogram(bins: bins.filled)
        case .times(let from, let to):
            guard from < to else { return EventHistogram(bins: []) }
            let span = from.milliseconds...(to.milliseconds - 1)
            var bins = HistogramBins(over: span, count: request.bins)
            guard isCounted else {
                filter.from = max(filter.from ?? from, from)
                filter.to = min(filter.to ?? to, to)
                let found = try find(filter, index, most, isOver)
                try add(found.sequences, to: &bins, index) { try index.moments($0) }
                return EventHistogram(bins: bins.filled, isCut: found.isCut)
            }
            try count(filter, in: span, into: &bins, index)
            return EventHistogram(bins: bins.filled)
        }
    }

    /// From the first to the last event that a filter finds.
    private static func range(_ filter: EventFilter, _ index: some EventIndex) throws -> ClosedRange<Int64>? {
        let oldest = PageRequest(direction: .oldestFirst, limit: 1, filter: filter)
        guard let first = try EventScan.page(oldest, index).first,
            let last = try EventScan.page(PageRequest(limit: 1, filter: filter), index).first, first <= last
        else { return nil }
        return first...last
    }

    /// The newest events that a filter finds, newest first, and whether there may be more.
    private static func find(
        _ filter: EventFilter,
        _ index: some EventIndex,
        _ most: Int,
        _ isOver: () -> Bool
    ) throws -> (sequences: [Int64], isCut: Bool) {
        var scan = try EventScan(PageRequest(filter: filter), index)
        var found: [Int64] = []
        while try scan.step(EventScan.chunk, index) {
            found += scan.take(min(EventScan.chunk, most - found.count))
            if found.count >= most || isOver() { return (found, !scan.isEnded) }
        }
        return (found, false)
    }

    /// Looks at each of these events.
    private static func add(
        _ sequences: [Int64],
        to bins: inout HistogramBins,
        _ index: some EventIndex,
        positions: ([Int64]) throws -> [Int64: Int64]
    ) throws {
        var rest = sequences[...]
        while !rest.isEmpty {
            let some = Array(rest.prefix(EventScan.chunk))
            rest = rest.dropFirst(some.count)
            let failed = Set(try failures(among: some, index))
            for (sequence, position) in try positions(some) {
                guard let bin = bins.index(of: position) else { continue }
                bins.add(1, failures: failed.contains(sequence) ? 1 : 0, to: bin)
            }
        }
    }

    /// Looks at each event of a block that the filter finds.
    private static func walk(
        _ filter: EventFilter,
        in range: ClosedRange<Int64>,
        into bins: inout HistogramBins,
        _ index: some EventIndex,
        positions: ([Int64]) throws -> [Int64: Int64]
    ) throws {
        let page = PageRequest(
            direction: .oldestFirst,
            after: range.lowerBound - 1,
            limit: Int(TimeBlocks.width),
            filter: filter
        )
        let found = try EventScan.page(page, index).filter(range.contains)
        try add(found, to: &bins, index, positions: positions)
    }

    private static func failures(among sequences: [Int64], _ index: some EventIndex) throws -> [Int64] {
        var filter = EventFilter()
        filter.expression = .failed
        guard !sequences.isEmpty, let residual = ResidualFilter(filter, byFacets: false) else { return [] }
        return try index.passing(sequences, residual)
    }

    /// Blocks that lie inside one bin are counted in the index; only those that bins share are looked at.
    private static func count(
        _ filter: EventFilter,
        in span: ClosedRange<Int64>,
        into bins: inout HistogramBins,
        _ index: some EventIndex
    ) throws {
        guard let range = try range(filter, index) else { return }
        let counted = try FacetRanges(filter, within: range, index)
        var whole: [(bin: Int, sequences: ClosedRange<Int64>)] = []
        for block in try index.timeSpans(
            from: Timestamp(milliseconds: span.lowerBound),
            to: Timestamp(milliseconds: span.upperBound + 1)
        ) {
            let sequences = TimeBlocks.sequences(of: block.number)
            guard span.contains(block.earliest), span.contains(block.latest), let bin = bins.index(of: block.earliest),
                bin == bins.index(of: block.latest)
            else {
                try walk(filter, in: sequences, into: &bins, index) { sequences in
                    try index.moments(sequences).filter { span.contains($0.value) }
                }
                continue
            }
            if let last = whole.last, last.bin == bin, last.sequences.upperBound + 1 == sequences.lowerBound {
                whole[whole.count - 1].sequences = last.sequences.lowerBound...sequences.upperBound
            } else {
                whole.append((bin, sequences))
            }
        }
        for (bin, sequences) in whole {
            bins.add(counted.sure(in: sequences), failures: 0, to: bin)
            for facet in counted.facets {
                let count = try index.count(facet.facet, in: sequences)
                bins.add(facet.counts ? count : 0, failures: count * facet.failures, to: bin)
            }
        }
    }
}

/// The facets that a filter by facet is counted by, each with what it says of failures.
private struct FacetRanges {
    struct Counted {
        let facet: Facet
        /// Whether its events count; else it only corrects how many failed.
        let counts: Bool
        /// What one of its events adds to the failures.
        let failures: Int64
    }

    private(set) var facets: [Counted] = []
    private let range: ClosedRange<Int64>
    /// Whether the filter finds every sequence of the range, as it does where one instance has made the whole history: then
    /// nothing is counted but failures.
    private let isDense: Bool

    /// The range is that from the first to the last event that the filter finds.
    init(_ filter: EventFilter, within range: ClosedRange<Int64>, _ index: some EventIndex) throws {
        let known = try index.facets()
        self.range = range
        isDense = known.counts(filter).total == Int64(range.count)
        for facet in known.streams(filter) {
            let isFailed: Bool =
                switch (facet.state, facet.replay) {
                case (_, .failed), (.retrying, _): true
                case (.dead, let replay): replay != .succeeded
                default: false
                }
            if isDense, !isFailed { continue }
            facets.append(Counted(facet: facet, counts: !isDense, failures: isFailed ? 1 : 0))
        }
        guard filter.replays.isEmpty else { return }
        // Those stand among the others as if nobody had replayed them.
        var replayed = filter
        replayed.replays = Set(ReplayVerdict.allCases)
        for facet in known.streams(replayed) {
            switch (facet.state, facet.replay) {
            case (.dead, .succeeded): facets.append(Counted(facet: facet, counts: false, failures: -1))
            case (.retrying, _), (.dead, _), (_, .succeeded), (_, nil): continue
            case (_, .failed): facets.append(Counted(facet: facet, counts: false, failures: 1))
            }
        }
    }

    /// Events of these sequences that the filter finds and that no facet is counted for.
    func sure(in sequences: ClosedRange<Int64>) -> Int64 {
        isDense && sequences.overlaps(range) ? Int64(sequences.clamped(to: range).count) : 0
    }

    /// Counts all by sequence.
    func count(into bins: inout HistogramBins, _ index: some EventIndex) throws {
        for bin in bins.starts.indices {
            guard let sequences = bins.range(bin, within: range) else { continue }
            bins.add(sure(in: sequences), failures: 0, to: bin)
        }
        for facet in facets { try count(facet, into: &bins, index) }
    }

    /// Few events are read and put into their bins; many are counted, a range for each bin.
    private func count(_ counted: Counted, into bins: inout HistogramBins, _ index: some EventIndex) throws {
        let few = try index.sequences(.facet(counted.facet), in: range, .oldestFirst, limit: EventScan.chunk)
        if few.count < EventScan.chunk {
            for sequence in few {
                guard let bin = bins.index(of: sequence) else { continue }
                bins.add(counted.counts ? 1 : 0, failures: counted.failures, to: bin)
            }
            return
        }
        for bin in bins.starts.indices {
            guard let sequences = bins.range(bin, within: range) else { continue }
            let count = try index.count(counted.facet, in: sequences)
            bins.add(counted.counts ? count : 0, failures: count * counted.failures, to: bin)
        }
    }
}
