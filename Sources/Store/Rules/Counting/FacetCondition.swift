import Domain

/// What a filter's expression says of facets alone: its parts of which every term is about the instance, the object, the
/// change or the state of an event. One look at a facet decides for all of its events.
struct FacetCondition {
    private let parts: [EventExpression]

    /// The filter is numbered: instances are named by their numbers.
    init(_ filter: EventFilter) { parts = filter.expression.conjuncts.filter(\.isOfFacets) }

    var isEmpty: Bool { parts.isEmpty }

    func matches(_ counted: CountedFacet, _ state: DeliveryState) -> Bool {
        parts.allSatisfy { $0.matches(counted, state) }
    }
}

extension EventFilter {
    /// The filter without what facets decide of its expression.
    var withoutFacetCondition: EventFilter {
        var rest = self
        rest.expression = .every(expression.conjuncts.filter { !$0.isOfFacets })
        return rest
    }
}

extension EventExpression {
    fileprivate var isOfFacets: Bool { !contains { !$0.isOfFacets } }

    fileprivate func matches(_ counted: CountedFacet, _ state: DeliveryState) -> Bool {
        switch self {
        case .all(let parts): parts.allSatisfy { $0.matches(counted, state) }
        case .any(let parts): parts.contains { $0.matches(counted, state) }
        case .negated(let part): !part.matches(counted, state)
        case .term(let term): term.matches(counted, state)
        }
    }
}

extension EventTerm {
    fileprivate var isOfFacets: Bool {
        switch self {
        case .objects, .changes, .instances, .states: true
        default: false
        }
    }

    /// False for a term that is not of facets; those are never asked.
    fileprivate func matches(_ counted: CountedFacet, _ state: DeliveryState) -> Bool {
        switch self {
        case .objects(let names): names.contains { $0.lowercased() == counted.objectName.lowercased() }
        case .changes(let changes): changes.contains(counted.facet.change)
        case .instances(let names): names.contains { InstanceID($0) == counted.facet.instance }
        case .states(let states): states.contains(state)
        default: false
        }
    }
}
