package import Domain
package import Primitives

/// The few reads that pages, counts and deliveries are made of, all in one snapshot.
package protocol EventIndex {
    func facets() throws -> Facets
    /// The names of the instances there are.
    func instanceNames() throws -> [InstanceID: String]
    /// The sequences of a source within a range, first come first in the direction, at most `limit`.
    func sequences(
        _ source: IndexSource,
        in range: ClosedRange<Int64>,
        _ direction: PageRequest.Direction,
        limit: Int
    ) throws -> [Int64]
    /// The same of several facets in one order, of which no event has two; nil where the index reads them one by one.
    func sequences(
        of facets: [Facet],
        in range: ClosedRange<Int64>,
        _ direction: PageRequest.Direction,
        limit: Int
    ) throws -> [Int64]?
    /// Those of a few stored events that bear the words, first come first in the direction, at most `limit`. Nil where the
    /// index doesn't meet the two by itself: then it is asked for all that bear the words.
    func sequences(
        _ query: WordQuery,
        among few: [Int64],
        _ direction: PageRequest.Direction,
        limit: Int
    ) throws -> [Int64]?
    /// Those of the candidates that a residual filter lets through, in any order. It is read like the whole one: all of its
    /// members must hold.
    func passing(_ candidates: [Int64], _ residual: ResidualFilter) throws -> [Int64]
    /// The blocks of sequences with an event stored at or after `from` and one before `to`, in order.
    func blocks(from: Timestamp?, to: Timestamp?) throws -> [Int64]
    /// The first event of a range, in the direction, that was stored at or after `from` and before `to`.
    func first(
        in range: ClosedRange<Int64>,
        from: Timestamp?,
        to: Timestamp?,
        _ direction: PageRequest.Direction
    ) throws -> Int64?
    /// How many events of a facet lie in a range of sequences.
    func count(_ facet: Facet, in range: ClosedRange<Int64>) throws -> Int64
    /// The blocks of sequences with an event stored at or after `from` and one before `to`, in order.
    func timeSpans(from: Timestamp, to: Timestamp) throws -> [ActivityBlocks.Block]
    /// When these events were stored, in milliseconds since 1970.
    func moments(_ sequences: [Int64]) throws -> [Int64: Int64]
    /// What these events have in common, counted.
    func tally(_ sequences: [Int64]) throws -> [EventTally]
    /// How far the index of words reaches.
    func words() throws -> WordIndexState
    /// About how many pages of it are read for a word. Nil where that can't be said without reading them.
    func wordPages(_ word: WordQuery.Word) throws -> Int?
    /// From how many events on it is asked.
    var wordLimits: WordPlan.Limits { get }
}

extension EventIndex {
    package func sequences(
        _ query: WordQuery,
        among few: [Int64],
        _ direction: PageRequest.Direction,
        limit: Int
    ) throws -> [Int64]? { nil }

    package func wordPages(_ word: WordQuery.Word) throws -> Int? { nil }

    package var wordLimits: WordPlan.Limits { .standard }

    package func sequences(
        of facets: [Facet],
        in range: ClosedRange<Int64>,
        _ direction: PageRequest.Direction,
        limit: Int
    ) throws -> [Int64]? { nil }
}

/// What an index gives in order of sequence.
package enum IndexSource: Sendable, Hashable {
    case everything
    /// The 18 characters of a record's id.
    case record(String)
    /// An event's own id.
    case event(String)
    case facet(Facet)
    /// Events with words, of those that are in the index of words.
    case words(WordQuery)
}

/// The parts of a filter that no index answers: looked at event by event.
package struct ResidualFilter: Sendable, Hashable {
    /// The filter without what the index has answered.
    package let filter: EventFilter

    /// Nil if there is nothing to look at.
    package init?(_ filter: EventFilter, byFacets: Bool) {
        var rest = filter
        rest.recordID = nil
        if byFacets {
            rest.instanceIDs = []
            rest.objects = []
            rest.changes = []
            rest.states = []
            rest.replays = []
            rest = rest.withoutFacetCondition
        }
        if rest.states.isEmpty, !rest.expression.asksForStates { rest.heldInstances = [] }
        if rest.isEmpty { return nil }
        self.filter = rest
    }
}

extension EventFilter {
    /// Whether the counters alone can answer it; it is indexed already.
    package var isByFacetsAlone: Bool {
        recordID == nil && from == nil && to == nil && withoutFacetCondition.expression == .everything
    }

    /// Whether a part of its expression is decided by facets.
    package var hasFacetCondition: Bool { !FacetCondition(self).isEmpty }

    /// Whether facets restrict it.
    package var hasFacets: Bool {
        !instanceIDs.isEmpty || !objects.isEmpty || !changes.isEmpty || !states.isEmpty || !replays.isEmpty
    }

    /// Whether answering it may have to look at many events one by one.
    package func looksAtEvents(counting: Bool) -> Bool {
        let indexed = indexed()
        if counting { return !indexed.isByFacetsAlone }
        return indexed.expression != .everything || !indexed.excludedReplays.isEmpty
    }
}
