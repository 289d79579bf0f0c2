package import Domain

/// The properties that events are counted and found by.
package struct Facet: Sendable, Hashable {
    package var instance: InstanceID
    /// The number that stands for the object's name in the store.
    package var object: Int64
    package var change: Change
    /// As it is stored: never `held`.
    package var state: DeliveryState
    /// How the last replay ended, where only events that were replayed are meant.
    package var replay: ReplayVerdict?

    package init(
        instance: InstanceID,
        object: Int64,
        change: Change,
        state: DeliveryState,
        replay: ReplayVerdict? = nil
    ) {
        self.instance = instance
        self.object = object
        self.change = change
        self.state = state
        self.replay = replay
    }
}

extension Facet {
    /// The state that a person reads: what is open at a held callback is held.
    package func shownState(_ filter: EventFilter) -> DeliveryState {
        state.isOpen && filter.heldInstances.contains(instance) ? .held : state
    }
}

/// A facet with the name of its object and the number of its events.
package struct CountedFacet: Sendable, Hashable {
    package let facet: Facet
    package let objectName: String
    package let events: Int64

    package init(facet: Facet, objectName: String, events: Int64) {
        self.facet = facet
        self.objectName = objectName
        self.events = events
    }
}
