import Domain

/// The properties that events are counted and found by.
struct Facet: Sendable, Hashable {
    var instance: InstanceID
    /// The number that stands for the object's name in the store.
    var object: Int64
    var change: Change
    /// As it is stored: never `held`.
    var state: DeliveryState
    /// How the last replay ended, where only events that were replayed are meant.
    var replay: ReplayVerdict?
}

extension Facet {
    /// The state that a person reads: what is open at a held callback is held.
    func shownState(_ filter: EventFilter) -> DeliveryState {
        state.isOpen && filter.heldInstances.contains(instance) ? .held : state
    }
}

/// A facet with the name of its object and the number of its events.
struct CountedFacet: Sendable, Hashable {
    let facet: Facet
    let objectName: String
    let events: Int64
}

extension DeliveryState {
    /// The states that rows bear while their delivery is open.
    static let storedOpen: [DeliveryState] = allCases.filter { $0.isOpen && $0 != .held }
}
