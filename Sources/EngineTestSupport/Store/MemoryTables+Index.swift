import Domain
import Primitives
import Store

extension MemoryTables: EventIndex {
    func facets() -> Facets {
        let counted = counters.map { facet, events in
            CountedFacet(facet: facet, objectName: objectNames[facet.object] ?? "", events: events)
        }
        return Facets(
            all: counted.filter { $0.facet.replay == nil },
            replayed: counted.filter { $0.facet.replay != nil }
        )
    }

    func instanceNames() -> [InstanceID: String] {
        Dictionary(instances.all.map { ($0.id, $0.name) }) { $1 }
    }

    func sequences(
        _ source: IndexSource,
        in range: ClosedRange<Int64>,
        _ direction: PageRequest.Direction,
        limit: Int
    ) -> [Int64] {
        let all: [Int64] =
            switch source {
            case .everything: sequences
            case .event(let id): sequences.filter { events[$0]?.event.eventID == id }
            case .record(let id): sequences.filter { events[$0]?.event.recordID == id }
            case .facet(let facet): sequencesByFacet[facet] ?? []
            case .words(let query): sequences.filter { events[$0].map { bears($0, query) } ?? false }
            }
        let end = range.upperBound == .max ? all.count : all.place(of: range.upperBound + 1)
        let found = all[all.place(of: range.lowerBound)..<end]
        return direction == .newestFirst ? found.suffix(limit).reversed() : Array(found.prefix(limit))
    }

    func first(
        in range: ClosedRange<Int64>,
        from: Timestamp?,
        to: Timestamp?,
        _ direction: PageRequest.Direction
    ) -> Int64? {
        sequences(.everything, in: range, direction, limit: .max).first { sequence in
            guard let moment = events[sequence]?.event.receivedAt else { return false }
            return moment >= from ?? .distantPast && moment < to ?? .distantFuture
        }
    }

    private func bears(_ row: EventRow, _ query: WordQuery) -> Bool {
        query.matches(
            instance: row.event.instanceID,
            object: row.object,
            change: row.event.change,
            name: row.event.recordName,
            record: row.event.record
        )
    }

    /// Words are looked for at once, wherever the rules would ask an index of them.
    func words() -> WordIndexState {
        var all: ClosedRange<Int64>?
        if let first = sequences.first, let last = sequences.last { all = first...last }
        return WordIndexState(indexed: all, stored: all)
    }

    var wordLimits: WordPlan.Limits { .none }

    /// Files the events of a delivery by facet.
    mutating func file(_ delivery: StoredDelivery, insteadOf before: StoredDelivery? = nil) {
        if let before {
            guard before.state != delivery.state || before.replay != delivery.replay else { return }
            for (sequence, facet) in Self.facets(of: before) { sequencesByFacet[facet]?.removeAll { $0 == sequence } }
        }
        for (sequence, facet) in Self.facets(of: delivery) {
            let place = sequencesByFacet[facet, default: []].place(of: sequence)
            sequencesByFacet[facet, default: []].insert(sequence, at: place)
        }
    }

    /// Forgets the events of a delivery.
    mutating func unfile(_ delivery: StoredDelivery) {
        for (sequence, facet) in Self.facets(of: delivery) { sequencesByFacet[facet]?.removeAll { $0 == sequence } }
    }

    private static func facets(of delivery: StoredDelivery) -> [(sequence: Int64, facet: Facet)] {
        var found: [(Int64, Facet)] = []
        for (index, event) in delivery.events.enumerated() {
            var facet = Facet(
                instance: delivery.instance,
                object: event.object,
                change: event.change,
                state: delivery.state
            )
            found.append((delivery.id + Int64(index), facet))
            guard let replay = delivery.replay else { continue }
            facet.replay = replay
            found.append((delivery.id + Int64(index), facet))
        }
        return found
    }

    func passing(_ candidates: [Int64], _ residual: ResidualFilter) -> [Int64] {
        candidates.filter { events[$0].map { passes($0, residual.filter) } ?? false }
    }

    private func passes(_ row: EventRow, _ filter: EventFilter) -> Bool {
        let delivery = delivery(of: row)?.shown(heldInstances: filter.heldInstances)
        return filter.condition.matches(
            row.summary(delivery),
            record: { row.event.record },
            instanceName: instances[row.event.instanceID]?.name
        )
    }

    func blocks(from: Timestamp?, to: Timestamp?) -> [Int64] { times.numbers(from: from, to: to) }

    func count(_ facet: Facet, in range: ClosedRange<Int64>) -> Int64 {
        Int64(sequences(.facet(facet), in: range, .oldestFirst, limit: .max).count)
    }

    func timeSpans(from: Timestamp, to: Timestamp) -> [ActivityBlocks.Block] { times.spans(from: from, to: to) }

    func moments(_ sequences: [Int64]) -> [Int64: Int64] {
        Dictionary(sequences.compactMap { one in events[one].map { (one, $0.event.receivedAt.milliseconds) } }) { $1 }
    }

    func tally(_ sequences: [Int64]) -> [EventTally] {
        sequences.compactMap { events[$0] }.map { row in
            let delivery = delivery(of: row)
            return EventTally(
                instance: row.event.instanceID,
                state: delivery?.state ?? .none,
                replay: delivery?.lastReplay?.verdict,
                events: 1
            )
        }
    }
}

extension [Int64] {
    /// Where the first that is not smaller stands in a sorted list; its end where there is none.
    func place(of number: Int64) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
