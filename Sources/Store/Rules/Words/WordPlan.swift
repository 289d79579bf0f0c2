import Domain

/// How an index of words answers a filter.
package struct WordPlan {
    package struct Limits: Sendable, Hashable {
        /// So few events in a state are kept in mind, to be met with those that bear a word.
        package var few: Int
        /// So few of them are rather looked at themselves.
        package var fewest: Int
        /// Events that are looked at before an index has to gather all words with a beginning: where many events have
        /// such, these are enough.
        package var firstLook: Int
        /// Pages of the index that are rather read than that events are looked at first: about 30 ms.
        package var pages = 600
        /// Events in a row with a word that must not be there, so that they are rather passed over than gone through: to begin
        /// anew behind them takes as long as to go through so many.
        package var run: Int64 = 16_384

        package static let standard = Limits(few: 10_000, fewest: 256, firstLook: 512)
        /// The index is asked wherever it can be.
        package static let none = Limits(few: 0, fewest: 0, firstLook: 0, pages: 0)
    }

    /// The events that facets leave where they are few.
    struct Few {
        let facets: [Facet]
        let count: Int
        /// What neither the query nor the facets say.
        let rest: ResidualFilter?
    }

    let query: WordQuery
    /// What the query doesn't say of an event.
    let rest: ResidualFilter?
    /// Nil where the query says all that facets do, or they leave many.
    let few: Few?

    /// Nil where the index has no answer. The filter is numbered and indexed; `facets` are given where it has such members.
    init?(_ filter: EventFilter, _ facets: Facets?, _ limits: Limits) {
        var parts: [EventExpression] = []
        guard var query = WordQuery(filter.expression.conjuncts, rest: &parts) else { return nil }
        var rest = filter
        rest.expression = .every(parts)
        var few: Few?
        if let facets {
            let found = facets.streams(filter)
            // Nothing is left to ask of.
            if found.isEmpty { return nil }
            var all = filter
            // What is left out by replay stands among the others nevertheless.
            all.excludedReplays = []
            let count = Int(clamping: facets.counts(all).total)
            if count <= limits.few, !filter.states.isEmpty || !filter.replays.isEmpty {
                few = Few(facets: found, count: count, rest: ResidualFilter(rest, byFacets: true))
            }
            let known = Set(facets.all.filter { $0.events > 0 }.map(\.facet.instance))
            if known.count == 1 { query.onlyInstance = known.first }
            if !filter.instanceIDs.isEmpty {
                query.instances = Set(found.map(\.instance))
                if query.instances.isSuperset(of: known) { query.instances = [] }
            }
            if !filter.objects.isEmpty { query.objects = Set(found.map(\.object)) }
            if !filter.changes.isEmpty { query.changes = filter.changes }
            rest.instanceIDs = []
            rest.objects = []
            rest.changes = []
        }
        self.query = query
        self.rest = ResidualFilter(rest, byFacets: false)
        self.few = few
    }

    /// Pages that are read while one event is looked at.
    private static let pagesOfLook = 3

    /// Whether the index reads so little for the query that nothing needs to be looked at first: all words, as they are gone
    /// through where they are met with few events, else those that are only begun, as these are gathered. Where nothing is
    /// wanted, all events are gone through.
    func isCheap(_ limits: Limits, _ index: some EventIndex) throws -> Bool {
        guard !query.wanted.isEmpty else { return false }
        if let few {
            let most = min(limits.pages, few.count * Self.pagesOfLook)
            return try query.spans(query.words, atMost: most, index)
        }
        // Those found would have to be looked at, too.
        if rest != nil { return false }
        return try query.spans(query.words.filter(\.isBegun), atMost: limits.pages, index)
    }
}
