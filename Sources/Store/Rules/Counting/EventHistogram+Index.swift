package import Domain
import Primitives

extension EventHistogram {
    /// Counts by ranges of an index what facets alone decide; whatever else a filter says is looked at event by event, like
    /// its counts.
    package static func of(_ request: HistogramRequest, _ index: some EventIndex) throws -> EventHistogram {
        var filter = try request.filter.numbered(index).indexed()
        switch request.axis {
        case .sequences(let cut):
            guard
                let first = try EventScan.page(PageRequest(direction: .oldestFirst, limit: 1, filter: filter), index)
                    .first,
                let last = try EventScan.page(PageRequest(limit: 1, filter: filter), index).first, first <= last
            else { return EventHistogram(bins: []) }
            var bins = HistogramBins(over: first...last, count: request.bins, cut: cut)
            if filter.isByFacetsAlone, filter.excludedReplays.isEmpty {
                let counted = try FacetRanges(filter, index)
                for facet in counted.facets { try counted.count(facet, in: first...last, into: &bins, index) }
            } else {
                try walk(filter, into: &bins, index) { Dictionary(uniqueKeysWithValues: $0.map { ($0, $0) }) }
            }
            return bins.histogram
        case .times(let from, let to):
            guard from < to else { return EventHistogram(bins: []) }
            let span = from.milliseconds...(to.milliseconds - 1)
            var bins = HistogramBins(over: span, count: request.bins)
            if filter.isByFacetsAlone, filter.excludedReplays.isEmpty {
                try count(filter, in: span, into: &bins, index)
            } else {
                filter.from = max(filter.from ?? from, from)
                filter.to = min(filter.to ?? to, to)
                try walk(filter, into: &bins, index) { try index.moments($0) }
            }
            return bins.histogram
        }
    }

    /// Looks at each event that the filter finds.
    private static func walk(
        _ filter: EventFilter,
        in range: ClosedRange<Int64>? = nil,
        into bins: inout HistogramBins,
        _ index: some EventIndex,
        positions: ([Int64]) throws -> [Int64: Int64]
    ) throws {
        var scan = try EventScan(
            PageRequest(direction: .oldestFirst, after: range.map { $0.lowerBound - 1 }, filter: filter),
            index
        )
        while case let found = try scan.next(EventScan.chunk, index), !found.isEmpty {
            let sequences = range.map { range in found.filter(range.contains) } ?? found
            let failed = Set(try failures(among: sequences, index))
            for (sequence, position) in try positions(sequences) {
                guard let bin = bins.index(of: position) else { continue }
                bins.add(1, failures: failed.contains(sequence) ? 1 : 0, to: bin)
            }
            if let range, let last = found.last, last >= range.upperBound { return }
        }
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
        let counted = try FacetRanges(filter, index)
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

    init(_ filter: EventFilter, _ index: some EventIndex) throws {
        let known = try index.facets()
        for facet in known.streams(filter) {
            let isFailed: Bool =
                switch (facet.state, facet.replay) {
                case (_, .failed), (.retrying, _): true
                case (.dead, let replay): replay != .succeeded
                default: false
                }
            facets.append(Counted(facet: facet, counts: true, failures: isFailed ? 1 : 0))
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

    /// Few events are read and put into their bins; many are counted, a range for each bin.
    func count(
        _ counted: Counted,
        in whole: ClosedRange<Int64>,
        into bins: inout HistogramBins,
        _ index: some EventIndex
    ) throws {
        let few = try index.sequences(.facet(counted.facet), in: whole, .oldestFirst, limit: EventScan.chunk)
        if few.count < EventScan.chunk {
            for sequence in few {
                guard let bin = bins.index(of: sequence) else { continue }
                bins.add(counted.counts ? 1 : 0, failures: counted.failures, to: bin)
            }
            return
        }
        for bin in bins.starts.indices {
            guard let range = bins.range(bin, within: whole) else { continue }
            let count = try index.count(counted.facet, in: range)
            bins.add(counted.counts ? count : 0, failures: count * counted.failures, to: bin)
        }
    }
}
