package import Domain
import Primitives

/// The counters of a store, as they were read: a few rows for each object.
package struct Facets: Sendable, Hashable {
    /// Every event once.
    package let all: [CountedFacet]
    /// The events of deliveries that were replayed, once more.
    package let replayed: [CountedFacet]

    package init(all: [CountedFacet], replayed: [CountedFacet]) {
        self.all = all
        self.replayed = replayed
    }

    /// The facets whose events a filter by facet wants, one for each way that a replay ended if the filter asks for that.
    /// Where it only leaves out by replay, what it leaves out is still among them.
    package func streams(_ filter: EventFilter) -> [Facet] {
        if filter.replays.isEmpty { return Self.matching(filter, all).map(\.facet) }
        let verdicts = filter.replays.subtracting(filter.excludedReplays)
        return Self.matching(filter, replayed).map(\.facet).filter { $0.replay.map(verdicts.contains) ?? false }
    }

    /// Whether these facets, as `streams` gives them, hold every event that there is.
    package func areAll(_ facets: [Facet]) -> Bool {
        facets.count == all.count { $0.events > 0 } && facets.allSatisfy { $0.replay == nil }
    }

    /// Whether an expression of facets is answered sooner from their streams than by looking at all events: where the
    /// streams are few, or what is in them is rare.
    package func areFewer(_ filter: EventFilter) -> Bool {
        let found = Self.matching(filter, all)
        if found.count <= Self.fewStreams { return true }
        let events = found.reduce(Int64(0)) { $0.adding(saturating: $1.events) }
        return events < all.reduce(Int64(0)) { $0.adding(saturating: $1.events) } / Self.rare
    }

    /// A page of so many streams is still a matter of a millisecond.
    private static let fewStreams = 64
    private static let rare: Int64 = 8

    /// Counts whatever facets alone decide.
    package func counts(_ filter: EventFilter) -> EventCounts {
        var counts = EventCounts()
        if filter.replays.isEmpty {
            for counted in Self.matching(filter, all) { counts.add(counted.events, counted.facet.shownState(filter)) }
        }
        for counted in Self.matching(filter, replayed) {
            guard let verdict = counted.facet.replay else { continue }
            let (state, events) = (counted.facet.shownState(filter), counted.events)
            if filter.replays.isEmpty {
                if filter.excludedReplays.contains(verdict) {
                    counts.add(-events, state)
                } else {
                    counts.add(events, state, replay: verdict)
                }
            } else if filter.replays.subtracting(filter.excludedReplays).contains(verdict) {
                counts.add(events, state)
                counts.add(events, state, replay: verdict)
            }
        }
        return counts
    }

    private static func matching(_ filter: EventFilter, _ counted: [CountedFacet]) -> [CountedFacet] {
        let objects = Set(filter.objects.map { $0.lowercased() })
        let condition = FacetCondition(filter)
        return counted.filter { counted in
            counted.events > 0
                && (filter.instanceIDs.isEmpty || filter.instanceIDs.contains(counted.facet.instance))
                && (filter.changes.isEmpty || filter.changes.contains(counted.facet.change))
                && (filter.states.isEmpty || filter.states.contains(counted.facet.shownState(filter)))
                && (objects.isEmpty || objects.contains(counted.objectName.lowercased()))
                && (condition.isEmpty || condition.matches(counted, counted.facet.shownState(filter)))
        }
    }
}

extension EventCounts {
    package mutating func add(_ events: Int64, _ state: DeliveryState) {
        total += events
        byState[state, default: 0] += events
    }

    /// Those among the events whose last replay ended so.
    package mutating func add(_ events: Int64, _ state: DeliveryState, replay: ReplayVerdict) {
        byReplay[replay, default: 0] += events
        if state == .dead, replay == .succeeded { deadButReplayed += events }
    }

    /// Events that were looked at one by one, by what they have in common.
    package mutating func add(_ tally: [EventTally], _ filter: EventFilter) {
        for group in tally {
            let isHeld = group.state.isOpen && filter.heldInstances.contains(group.instance)
            let state = isHeld ? .held : group.state
            add(group.events, state)
            if let replay = group.replay { add(group.events, state, replay: replay) }
        }
    }
}

/// Events that are counted alike.
package struct EventTally: Sendable, Hashable {
    package let instance: InstanceID
    package let state: DeliveryState
    package let replay: ReplayVerdict?
    package let events: Int64

    package init(instance: InstanceID, state: DeliveryState, replay: ReplayVerdict?, events: Int64) {
        self.instance = instance
        self.state = state
        self.replay = replay
        self.events = events
    }
}
