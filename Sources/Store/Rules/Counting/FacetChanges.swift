package import Domain

/// How many events each facet gains or loses; stored in the same transaction as what moved them, so that nothing is ever
/// counted by scanning.
///
/// What is counted: each event once, under the state of its delivery; and where its delivery was replayed, once more under
/// the same state together with how the last replay ended. So the counters of replays stand beside the others, never in
/// their place, and intake pays nothing for them.
package struct FacetChanges: Sendable, Hashable {
    private var changes: [Facet: Int64] = [:]

    package init() {}

    /// What is left to be stored; facets that gained as much as they lost are left out.
    package var events: [Facet: Int64] { changes.filter { $0.value != 0 } }

    package mutating func add(_ events: Int64, to facet: Facet) { changes[facet, default: 0] += events }

    package mutating func merge(_ others: FacetChanges) {
        for (facet, events) in others.changes { add(events, to: facet) }
    }

    package mutating func removeAll() { changes.removeAll(keepingCapacity: true) }

    /// The delivery's events leave its state for another.
    package mutating func move(_ delivery: StoredDelivery, to state: DeliveryState) {
        guard delivery.state != state else { return }
        for event in delivery.events {
            add(-1, to: delivery.facet(of: event))
            add(1, to: delivery.facet(of: event, state: state))
            guard let replay = delivery.replay else { continue }
            add(-1, to: delivery.facet(of: event, replay: replay))
            add(1, to: delivery.facet(of: event, state: state, replay: replay))
        }
    }

    /// A replay of the delivery ended; where it stands is another matter.
    package mutating func recordReplay(_ verdict: ReplayVerdict, of delivery: StoredDelivery) {
        guard verdict != delivery.replay else { return }
        for event in delivery.events {
            if let before = delivery.replay { add(-1, to: delivery.facet(of: event, replay: before)) }
            add(1, to: delivery.facet(of: event, replay: verdict))
        }
    }
}

extension StoredDelivery {
    fileprivate func facet(of event: Event, state: DeliveryState? = nil, replay: ReplayVerdict? = nil) -> Facet {
        Facet(
            instance: instance,
            object: event.object,
            change: event.change,
            state: state ?? self.state,
            replay: replay
        )
    }
}
