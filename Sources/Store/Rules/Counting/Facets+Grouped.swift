package import Domain

extension Facets {
    /// The counts of each group of facets.
    package func counts<Key: Hashable>(by key: (CountedFacet) -> Key) -> [Key: EventCounts] {
        let all = Dictionary(grouping: all, by: key)
        let replayed = Dictionary(grouping: replayed, by: key)
        return all.reduce(into: [:]) { found, group in
            found[group.key] = Facets(all: group.value, replayed: replayed[group.key] ?? []).counts(EventFilter())
        }
    }

    /// The facets of one instance.
    package func of(_ id: InstanceID) -> Facets {
        Facets(
            all: all.filter { $0.facet.instance == id },
            replayed: replayed.filter { $0.facet.instance == id }
        )
    }
}

extension StoredStatistics {
    /// What the counters say; how fast events come is added.
    package init(_ facets: Facets, _ rates: RecentRates) {
        self.init()
        instances = facets.counts { $0.facet.instance }.reduce(into: [:]) { found, counted in
            found[counted.key] = InstanceFigures(
                counts: counted.value,
                perMinute: rates.perMinute[counted.key] ?? 0
            )
        }
    }
}

extension ObjectFigures {
    /// The objects of one instance's facets, the most events first.
    package static func of(_ facets: Facets) -> [ObjectFigures] {
        let all = facets.counts { $0.objectName }.map { ObjectFigures(object: $0.key, counts: $0.value) }
        let sorted = all.sorted { ($1.counts.total, $0.object) < ($0.counts.total, $1.object) }
        return Array(sorted.prefix(EventFigures.mostObjects))
    }
}
