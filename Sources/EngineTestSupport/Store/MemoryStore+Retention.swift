import Domain
package import Primitives
package import Store

extension MemoryStore {
    package func retentionFacts(_ moments: [Timestamp]) async throws -> RetentionFacts {
        try read { tables in
            var facts = RetentionFacts()
            facts.events = Int64(tables.events.count)
            facts.oldest = tables.sequences.first
            facts.oldestMoment = tables.sequences.first.flatMap { tables.events[$0]?.event.receivedAt }
            facts.newest = tables.nextSequence - 1
            for moment in moments {
                facts.lastBefore[moment] = tables.sequences.last { sequence in
                    tables.events[sequence].map { $0.event.receivedAt < moment } ?? false
                }
            }
            return facts
        }
    }

    package func purge(_ request: PurgeRequest, after position: Int64, atMost events: Int) async throws -> PurgeStep {
        try write { tables in
            var removed: Int64 = 0
            for id in tables.deliveries.keys.sorted() where id > position {
                if removed >= Int64(events) { return PurgeStep(removed: removed, position: id - 1) }
                guard let delivery = tables.stored(id), let created = tables.deliveries[id]?.delivery.createdAt,
                    request.allows(
                        delivery,
                        createdAt: created,
                        instanceExists: tables.instances[delivery.instance] != nil
                    ), try !tables.isWanted(delivery)
                else { continue }
                tables.remove(delivery)
                removed += Int64(delivery.events.count)
            }
            return PurgeStep(removed: removed, position: nil)
        }
    }

    /// An instance is deleted with all of its ledger at once.
    package func removeRemains() async throws -> Bool { false }

    package func giveBack(_ what: GivenBack) async throws -> Bool { false }

    package var endedBadly: Bool { false }

    package func damage() async throws -> String? { nil }
}

extension MemoryTables {
    /// Whether an open bulk replay will come to one of its events.
    fileprivate func isWanted(_ delivery: StoredDelivery) throws -> Bool {
        let sequences = Array(delivery.id...delivery.lastSequence)
        return try jobs.values.contains { job in
            guard job.state.isOpen, job.instanceID == delivery.instance else { return false }
            let ahead = sequences.filter { $0 > job.position && $0 <= job.lastSequence }
            let filter = try job.filter.numbered(self).indexed()
            return !(ResidualFilter(filter, byFacets: false).map { passing(ahead, $0) } ?? ahead).isEmpty
        }
    }

    fileprivate mutating func remove(_ delivery: StoredDelivery) {
        count(delivery.uncounted)
        unfile(delivery)
        let newest = deliveries[delivery.id]?.attempts.last?.id
        deliveries[delivery.id] = nil
        // As a table without a counter of its own numbers its rows: the greatest number that is left decides.
        if newest == nextAttempt - 1 {
            nextAttempt = (deliveries.values.compactMap { $0.attempts.last?.id }.max() ?? 0) + 1
        }
        let range = delivery.id...delivery.lastSequence
        for sequence in range { events[sequence] = nil }
        sequences.removeAll { range.contains($0) }
        for block in (range.lowerBound / TimeBlocks.width)...(range.upperBound / TimeBlocks.width) {
            let whole = TimeBlocks.sequences(of: block)
            if !sequences.contains(where: whole.contains) { times.remove(block) }
        }
    }
}
