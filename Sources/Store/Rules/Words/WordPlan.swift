import Domain

/// How an index of words answers a filter.
package struct WordPlan {
    package struct Limits: Sendable, Hashable {
        /// So few events in a state are looked at themselves where a word turns out to be that of many others.
        package var fewInState: Int64
        /// Events with a word that are tried before it is said to be one of many others.
        package var tried: Int
        /// Events that are looked at before an index has to gather all words with a short beginning: often they are enough.
        package var firstLook: Int

        package static let standard = Limits(fewInState: 10_000, tried: 2048, firstLook: 512)
        /// The index is asked wherever it can be.
        package static let none = Limits(fewInState: 0, tried: 0, firstLook: 0)
    }

    let query: WordQuery
    /// What the query doesn't say of an event.
    let rest: ResidualFilter?
    /// The facets leave so few events that the index is given up where it finds too many others.
    let canGiveUp: Bool

    /// Nil where the index has no answer. The filter is numbered and indexed; `facets` are given where it has such members.
    init?(_ filter: EventFilter, _ facets: Facets?, _ limits: Limits) {
        var parts: [EventExpression] = []
        guard var query = WordQuery(filter.expression.conjuncts, rest: &parts) else { return nil }
        var rest = filter
        rest.expression = .every(parts)
        if let facets {
            canGiveUp = facets.counts(filter).total <= limits.fewInState
            let found = facets.streams(filter)
            // Nothing is left to ask of.
            if found.isEmpty { return nil }
            if !filter.instanceIDs.isEmpty {
                query.instances = Set(found.map(\.instance))
                if query.instances.isSuperset(of: facets.all.map(\.facet.instance)) { query.instances = [] }
            }
            if !filter.objects.isEmpty { query.objects = Set(found.map(\.object)) }
            if !filter.changes.isEmpty { query.changes = filter.changes }
            rest.instanceIDs = []
            rest.objects = []
            rest.changes = []
        } else {
            canGiveUp = false
        }
        self.query = query
        self.rest = ResidualFilter(rest, byFacets: false)
    }
}
