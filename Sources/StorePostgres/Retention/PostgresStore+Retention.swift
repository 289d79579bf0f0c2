#if PostgreSQL
import Domain
package import Primitives
package import Store

extension PostgresStore {
    package func retentionFacts(_ moments: [Timestamp]) async throws -> RetentionFacts {
        try await look { connection in
            var facts = RetentionFacts()
            facts.newest = (try connection.run("SELECT sequence FROM turn").number ?? 1) - 1
            facts.events = try Self.events(connection)
            let oldest = try connection.run("SELECT sequence, received FROM event ORDER BY sequence LIMIT 1").first
            facts.oldest = oldest.map { $0[0] }
            facts.oldestMoment = oldest.map { Timestamp(milliseconds: $0[1]) }
            for moment in moments { facts.lastBefore[moment] = try Self.last(before: moment, connection) }
            facts.heldBytes = try Self.heldBytes(connection)
            return facts
        }
    }

    private static func events(_ connection: Connection) throws -> Int64 {
        try PostgresEventIndex(connection: connection).facets().all.reduce(0) { $0 + $1.events }
    }

    /// The blocks lead to it, so that few events are looked at.
    private static func last(before moment: Timestamp, _ connection: Connection) throws -> Int64? {
        let block = try connection.run(
            "SELECT block FROM span WHERE earliest < $1 ORDER BY block DESC LIMIT 1",
            [moment.milliseconds]
        ).first
        guard let range = block.map({ TimeBlocks.sequences(of: $0[0]) }) else { return nil }
        return try connection.run(
            """
            SELECT sequence FROM event WHERE sequence BETWEEN $1 AND $2 AND received < $3 ORDER BY sequence DESC LIMIT 1
            """,
            [range.lowerBound, range.upperBound, moment.milliseconds]
        ).number
    }

    /// Bytes of an event beside its columns: heads of rows, indexes, its delivery, its attempt, its words.
    private static let overhead: Int64 = 1_200
    private static let sampled: Int64 = 256

    /// What the events hold, from the newest of them. The files say nothing of it: PostgreSQL keeps what went as room for
    /// what comes.
    private static func heldBytes(_ connection: Connection) throws -> Int64? {
        let count = try events(connection)
        let each =
            try connection.run(
                """
                SELECT coalesce(avg(pg_column_size(p.*)), 0)::bigint FROM
                    (SELECT * FROM payload ORDER BY sequence DESC LIMIT $1) p
                """,
                [sampled]
            ).number ?? 0
        return count.multiplied(saturating: each + overhead)
    }

    package var keepsHouse: Bool { isHeld(InstanceLeases.keeping) }

    package func purge(_ request: PurgeRequest, after position: Int64, atMost events: Int) async throws -> PurgeStep {
        guard keepsHouse else { return PurgeStep(removed: 0, position: nil) }
        let found = try await look { try PurgeCandidates(request, after: position, atMost: events, $0) }
        if found.all.isEmpty { return PurgeStep(removed: 0, position: found.position) }
        return try await queue.perform { transaction in
            let begin = ContinuousClock.now
            try transaction.requireHeld(InstanceLeases.keeping)
            // Somebody has begun a bulk replay meanwhile, which may want these: they are asked for again.
            guard try PurgeCandidates.newestJob(transaction.connection) == found.newestJob else {
                return PurgeStep(removed: 0, position: position)
            }
            let removed = try transaction.purge(found.all)
            try transaction.flushCounters()
            return PurgeStep(
                removed: removed,
                position: found.position,
                heldBytes: try Self.heldBytes(transaction.connection),
                writing: ContinuousClock.now - begin
            )
        }
    }

    /// PostgreSQL gives space back by itself: autovacuum makes room of what went.
    package func giveBack(_ what: GivenBack) async throws -> Bool { false }
}

extension WriteTransaction {
    /// Takes deliveries away with all that belongs to them, except those that moved since they were read. Returns how many
    /// events went.
    fileprivate mutating func purge(_ candidates: [StoredDelivery]) throws -> Int64 {
        let still = try unmoved(candidates)
        if still.isEmpty { return 0 }
        let ids = Column(still.map(\.id))
        let sequences = still.flatMap(\.sequences)
        // Events first: whoever adds their words holds them until that is done.
        for (table, key, numbers) in [
            ("event", "sequence", Column(sequences)), ("payload", "sequence", Column(sequences)),
            ("word", "sequence", Column(sequences)), ("delivery", "id", ids), ("attempt", "notification", ids),
        ] {
            try run("DELETE FROM \(table) WHERE \(key) = ANY ($1)", [numbers])
        }
        for block in Set(sequences.map { $0 / TimeBlocks.width }).sorted() {
            let range = TimeBlocks.sequences(of: block)
            try run(
                """
                DELETE FROM span WHERE block = $1
                AND NOT EXISTS (SELECT 1 FROM event WHERE sequence BETWEEN $2 AND $3)
                """,
                [block, range.lowerBound, range.upperBound]
            )
        }
        for delivery in still { state.counters.merge(delivery.uncounted) }
        return Int64(sequences.count)
    }

    /// Those that stand as they were read: one that was put back meanwhile is open now.
    private func unmoved(_ candidates: [StoredDelivery]) throws -> [StoredDelivery] {
        let rows = try run(
            "SELECT id, state, replay FROM delivery WHERE id = ANY ($1)",
            [Column(candidates.map(\.id))]
        )
        let standing: [(Int64, (DeliveryState, ReplayVerdict?))] = rows.map { row in
            (row[0], (DeliveryState(code: row[1]), (row[2] as Int64?).map { ReplayVerdict(code: $0) }))
        }
        let known = Dictionary(standing) { $1 }
        return candidates.filter { delivery in
            known[delivery.id].map { $0 == (delivery.state, delivery.replay) } ?? false
        }
    }
}
#endif
