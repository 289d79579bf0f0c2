package import Domain
import GRDB
package import Primitives

// What is due, as `DueOrder` says, and who has it in hand.

extension SQLiteStore {
    package func claim(
        _ notificationIDs: [Int64],
        for owner: ClaimOwner,
        lasting milliseconds: Int64
    ) async throws -> [Int64] { claims.claim(notificationIDs, for: owner, lasting: milliseconds) }

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
        let known = queue.state.instances
        return try await read { db in
            DueOrder.rounds(
                try Self.instances(db).filter { !heldInstances.contains($0) && known[$0] != nil }
                    .map {
                        try Self.due(of: $0, now, limit, db) {
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
        // Nobody sends what is open of one that is gone.
        guard queue.state.instances[id] != nil else { return [] }
        return try await read { db in
            try Self.due(of: id, now, limit, db) { excluding.contains($0) || claims.isTaken($0, from: owner) }
        }
    }

    package func queuedDelivery(
        of id: InstanceID,
        for owner: ClaimOwner,
        place: Double,
        excluding: Set<Int64>
    ) async throws -> Int64? {
        let claims = claims
        guard queue.state.instances[id] != nil else { return nil }
        return try await read { db -> Int64? in
            guard let oldest = try Self.queued(id, "id >= ? ORDER BY id", Int64.min, db).next(),
                let newest = try Self.queued(id, "id <= ? ORDER BY id DESC", Int64.max, db).next()
            else { return nil }
            let pivot = DueOrder.pivot(oldest: oldest, newest: newest, place: place)
            let parts = [
                try Self.queued(id, "id <= ? ORDER BY id DESC", pivot, db),
                try Self.queued(id, "id > ? ORDER BY id DESC", pivot, db),
            ]
            for ids in parts {
                while let found = try ids.next() {
                    if !excluding.contains(found), !claims.isTaken(found, from: owner) { return found }
                }
            }
            return nil
        }
    }

    private static func queued(
        _ instance: InstanceID,
        _ part: StaticString,
        _ bound: Int64,
        _ db: Database
    ) throws -> FastDatabaseValueCursor<Int64> {
        // Two of them are read at the same time, so that none is of the cache.
        try Int64.fetchCursor(
            db,
            sql: "SELECT id FROM delivery WHERE instance = ? AND state = 0 AND \(part)",
            arguments: [instance, bound]
        )
    }

    /// Those that have ever had an event.
    private static func instances(_ db: Database) throws -> [InstanceID] {
        try Int64.fetchAll(try db.cachedStatement(sql: "SELECT DISTINCT instance FROM counter ORDER BY instance"))
    }

    private static func due(
        of instance: InstanceID,
        _ now: Timestamp,
        _ limit: Int,
        _ db: Database,
        unless isLeftOut: (Int64) -> Bool
    ) throws -> [Int64] {
        func first(_ sql: String, _ arguments: StatementArguments) throws -> [Int64] {
            let ids = try Int64.fetchCursor(try db.cachedStatement(sql: sql), arguments: arguments)
            var found: [Int64] = []
            while found.count < limit, let id = try ids.next() { if !isLeftOut(id) { found.append(id) } }
            return found
        }
        let queued = try first("SELECT id FROM delivery WHERE instance = ? AND state = 0 ORDER BY id", [instance])
        let retrying = try first(
            """
            SELECT id FROM delivery INDEXED BY delivery_due
            WHERE instance = ? AND state = 2 AND next_attempt <= ? ORDER BY next_attempt
            """,
            [instance, now.milliseconds]
        )
        return DueOrder.oldest(queued: queued, retrying: retrying, limit: limit)
    }

    package func nextDue(after now: Timestamp, heldInstances: Set<InstanceID>) async throws -> Timestamp? {
        let known = queue.state.instances
        return try await read { db in
            try Self.instances(db).filter { !heldInstances.contains($0) && known[$0] != nil }
                .compactMap { try Self.nextDue(of: $0, now, db) }.min()
        }
    }

    package func nextDue(of id: InstanceID, after now: Timestamp) async throws -> Timestamp? {
        guard queue.state.instances[id] != nil else { return nil }
        return try await read { db in try Self.nextDue(of: id, now, db) }
    }

    private static func nextDue(of id: InstanceID, _ now: Timestamp, _ db: Database) throws -> Timestamp? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT next_attempt FROM delivery INDEXED BY delivery_due
                WHERE instance = ? AND state = 2 AND next_attempt > ? ORDER BY next_attempt LIMIT 1
                """
        )
        return try Int64.fetchOne(statement, arguments: [id, now.milliseconds]).map { Timestamp(milliseconds: $0) }
    }
}
