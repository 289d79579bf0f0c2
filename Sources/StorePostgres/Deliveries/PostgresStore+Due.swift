#if PostgreSQL
package import Domain
package import Primitives
package import Store

// What is due, as `DueOrder` says, and who has it in hand. Of an instance that another node holds nothing is due here, so that
// the claims are in the memory of the one node that delivers: they cost no write, and are gone with it.

extension PostgresStore {
    package var maySend: Bool { (try? lease.check()) != nil }

    package func admitWork() throws(StoreError) { try lease.check() }

    package func claim(
        _ notificationIDs: [Int64],
        for owner: ClaimOwner,
        lasting milliseconds: Int64
    ) async throws -> [Int64] {
        try lease.check()
        return claims.claim(notificationIDs, for: owner, lasting: milliseconds)
    }

    package func release(_ notificationIDs: [Int64], of owner: ClaimOwner) async throws {
        claims.release(notificationIDs, of: owner)
    }

    package func releaseAll(of owner: ClaimOwner) async throws { claims.releaseAll(of: owner) }

    package func dueDeliveries(
        for owner: ClaimOwner,
        now: Timestamp,
        limit: Int,
        excluding: Set<Int64>,
        heldInstances: Set<InstanceID>
    ) async throws -> [Int64] {
        let claims = claims
        let state = queue.state
        return try await read { [self] connection in
            DueOrder.rounds(
                try Self.instances(connection).filter { !heldInstances.contains($0) && delivers($0, state) }
                    .map {
                        try Self.due(of: $0, now, limit, connection) {
                            excluding.contains($0) || claims.isTaken($0, from: owner)
                        }
                    },
                limit: limit
            )
        }
    }

    package func dueDeliveries(
        of id: InstanceID,
        for owner: ClaimOwner,
        now: Timestamp,
        limit: Int,
        excluding: Set<Int64>
    ) async throws -> [Int64] {
        let claims = claims
        guard delivers(id, queue.state) else { return [] }
        return try await read { connection in
            try Self.due(of: id, now, limit, connection) {
                excluding.contains($0) || claims.isTaken($0, from: owner)
            }
        }
    }

    package func queuedDelivery(
        of id: InstanceID,
        for owner: ClaimOwner,
        place: Double,
        excluding: Set<Int64>
    ) async throws -> Int64? {
        let claims = claims
        guard delivers(id, queue.state) else { return nil }
        return try await read { connection -> Int64? in
            guard let oldest = try Self.queuedEnd(id, "id", connection),
                let newest = try Self.queuedEnd(id, "id DESC", connection)
            else { return nil }
            let pivot = DueOrder.pivot(oldest: oldest, newest: newest, place: place)
            // Down from the place, and from the newest down to it.
            for bounds in [(above: Int64.min, to: pivot), (above: pivot, to: newest)] {
                let found = try Self.first(
                    1,
                    unless: { excluding.contains($0) || claims.isTaken($0, from: owner) },
                    { former, portion in
                        let end = former.map { $0.id - 1 } ?? bounds.to
                        return try connection.run(
                            """
                            SELECT id, id FROM delivery WHERE instance = $1 AND state = 0 AND id > $2 AND id <= $3
                            ORDER BY id DESC LIMIT $4
                            """,
                            [id, bounds.above, end, portion]
                        ).map { ($0[0], $0[1]) }
                    }
                )
                if let found = found.first { return found }
            }
            return nil
        }
    }

    private static func queuedEnd(
        _ id: InstanceID,
        _ order: StaticString,
        _ connection: Connection
    ) throws -> Int64? {
        try connection.run(
            "SELECT id FROM delivery WHERE instance = $1 AND state = 0 ORDER BY \(order) LIMIT 1",
            [id]
        ).number
    }

    /// What nobody has a lease of, like the deliveries of instances that are gone, is as good as this node's.
    func isHeld(_ id: InstanceID, _ leases: InstanceLeases) -> Bool { leases[id].map { $0 == lease.fence } ?? true }

    package func isHeld(_ id: InstanceID) -> Bool { isHeld(id, queue.state.leases) }

    /// Whether what is due of an instance is this node's to send; nobody sends what is open of one that is gone.
    private func delivers(_ id: InstanceID, _ state: WriterState) -> Bool {
        state.instances[id] != nil && isHeld(id, state.leases)
    }

    /// Those that have ever had an event.
    private static func instances(_ connection: Connection) throws -> [InstanceID] {
        try connection.run("SELECT DISTINCT instance FROM counter ORDER BY instance").map { $0[0] }
    }

    private static func due(
        of instance: InstanceID,
        _ now: Timestamp,
        _ limit: Int,
        _ connection: Connection,
        unless isLeftOut: (Int64) -> Bool
    ) throws -> [Int64] {
        let queued = try first(limit, unless: isLeftOut) { place, portion in
            try connection.run(
                """
                SELECT id, id FROM delivery WHERE instance = $1 AND state = 0 AND id > $2 ORDER BY id LIMIT $3
                """,
                [instance, place?.id ?? -1, portion]
            ).map { ($0[0], $0[1]) }
        }
        let retrying = try first(limit, unless: isLeftOut) { place, portion in
            // Those of one moment are told apart by their numbers.
            try connection.run(
                """
                SELECT next_attempt, id FROM delivery WHERE instance = $1 AND state = 2 AND next_attempt <= $2
                AND next_attempt >= $3 AND (next_attempt, id) > ($3, $4) ORDER BY next_attempt, id LIMIT $5
                """,
                [instance, now.milliseconds, place?.moment ?? .min, place?.id ?? -1, portion]
            ).map { ($0[0], $0[1]) }
        }
        return DueOrder.oldest(queued: queued, retrying: retrying, limit: limit)
    }

    /// The first so many that aren't left out, read a portion at a time: those that are left out are as many as are under way.
    private static func first(
        _ limit: Int,
        unless isLeftOut: (Int64) -> Bool,
        _ read: (_ after: (moment: Int64, id: Int64)?, _ portion: Int) throws -> [(moment: Int64, id: Int64)]
    ) throws -> [Int64] {
        var found: [Int64] = []
        var place: (moment: Int64, id: Int64)?
        var portion = limit
        while found.count < limit {
            let rows = try read(place, portion)
            found += rows.lazy.map(\.id).filter { !isLeftOut($0) }
            if rows.count < portion { break }
            place = rows.last
            portion = min(portion * 2, 4096)
        }
        return Array(found.prefix(limit))
    }

    package func nextDue(after now: Timestamp, heldInstances: Set<InstanceID>) async throws -> Timestamp? {
        let state = queue.state
        return try await read { [self] connection in
            try Self.instances(connection).filter { !heldInstances.contains($0) && delivers($0, state) }
                .compactMap { try Self.nextDue(of: $0, now, connection) }.min()
        }
    }

    package func nextDue(of id: InstanceID, after now: Timestamp) async throws -> Timestamp? {
        guard delivers(id, queue.state) else { return nil }
        return try await read { connection in try Self.nextDue(of: id, now, connection) }
    }

    private static func nextDue(of id: InstanceID, _ now: Timestamp, _ connection: Connection) throws -> Timestamp? {
        try connection.run(
            """
            SELECT next_attempt FROM delivery WHERE instance = $1 AND state = 2 AND next_attempt > $2
            ORDER BY next_attempt LIMIT 1
            """,
            [id, now.milliseconds]
        ).first.map { Timestamp(milliseconds: $0[0]) }
    }
}
#endif
