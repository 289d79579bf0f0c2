import Domain

/// How an index of words answers a filter.
package struct WordPlan {
    package struct Limits: Sendable, Hashable {
        /// So few events are looked at sooner than an index is asked.
        package var few: Int64
        /// So few events in a state are looked at sooner than all that bear a word, of which perhaps none is in that state.
        package var fewInState: Int64
        /// Events that are looked at before an index has to gather all words with a beginning: often they are enough.
        package var firstLook: Int

        package static let standard = Limits(few: 2048, fewInState: 20_000, firstLook: 1024)
        /// The index is asked wherever it can be.
        package static let none = Limits(few: 0, fewInState: 0, firstLook: 0)
    }

    let query: WordQuery
    /// What the query doesn't say of an event.
    let rest: ResidualFilter?

    /// Nil where the index has no answer, or where the facets alone leave few events to look at. The filter is numbered and
    /// indexed; `facets` are given where it has such members.
    init?(_ filter: EventFilter, _ facets: Facets?, _ limits: Limits) {
        var parts: [EventExpression] = []
        guard var query = WordQuery(filter.expression.conjuncts, rest: &parts) else { return nil }
        var rest = filter
        rest.expression = .every(parts)
        if let facets {
            let left = facets.counts(filter).total
            let isByState = !filter.states.isEmpty || !filter.replays.isEmpty
            if left <= (isByState ? limits.fewInState : limits.few) { return nil }
            let found = facets.streams(filter)
            if !filter.instanceIDs.isEmpty {
                query.instances = Set(found.map(\.instance))
                if query.instances.isSuperset(of: facets.all.map(\.facet.instance)) { query.instances = [] }
            }
            if !filter.objects.isEmpty { query.objects = Set(found.map(\.object)) }
            if !filter.changes.isEmpty { query.changes = filter.changes }
            rest.instanceIDs = []
            rest.objects = []
            rest.changes = []
        }
        self.query = query
        self.rest = ResidualFilter(rest, byFacets: false)
    }
}
