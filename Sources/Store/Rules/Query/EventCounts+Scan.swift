package import Domain

extension EventCounts {
    /// Counts events, each under the state of its delivery. By facet they come from the counters; a filter by record, time
    /// or text has to look at what the other parts of the filter leave, the newest first, until more than `limit` are found.
    package static func of(_ filter: EventFilter, limit: Int64? = nil, _ index: some EventIndex) throws -> EventCounts {
        let filter = try filter.numbered(index).indexed()
        if filter.isByFacetsAlone { return try index.facets().counts(filter) }
        var counts = EventCounts()
        if filter.expression.looksForWords { counts.indexPercent = try index.words().percent }
        var scan = try EventScan(PageRequest(direction: .newestFirst, filter: filter), index)
        while case let sequences = try scan.next(EventScan.chunk, index), !sequences.isEmpty {
            let room = limit.map { Int(clamping: $0 - counts.total) } ?? Int.max
            counts.add(try index.tally(Array(sequences.prefix(room))), filter)
            guard sequences.count > room else { continue }
            counts.isCut = true
            break
        }
        return counts
    }
}

extension EventExpression {
    /// Whether words of records matter to it.
    var looksForWords: Bool {
        contains { term in
            switch term {
            case .words, .name: true
            default: false
            }
        }
    }
}
