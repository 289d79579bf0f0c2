package import Domain
package import Primitives
package import Store

extension MemoryStore {
    package func outgoing(_ notificationIDs: [Int64]) async throws -> [OutgoingNotification] {
        try read { tables in notificationIDs.compactMap { tables.outgoing($0) } }
    }

    package func claim(
        _ notificationIDs: [Int64],
        for owner: ClaimOwner,
        lasting milliseconds: Int64
    ) async throws -> [Int64] {
        try check()
        let now = now
        return claims.withLock {
            $0.claim(notificationIDs, for: owner, now: now, until: now + .milliseconds(milliseconds))
        }
    }

    package func release(_ notificationIDs: [Int64], of owner: ClaimOwner) async throws {
        claims.withLock { $0.release(notificationIDs, of: owner) }
    }

    package func releaseAll(of owner: ClaimOwner) async throws { claims.withLock { $0.releaseAll(of: owner) } }

    package func dueDeliveries(
        for owner: ClaimOwner,
        now: Timestamp,
        limit: Int,
        excluding: Set<Int64>,
        heldInstances: Set<InstanceID>
    ) async throws -> [Int64] {
        let claims = claims.withLock { $0 }
        let moment = self.now
        return try read { tables in
            let instances = Set(tables.deliveries.values.map(\.delivery.instanceID)).subtracting(heldInstances).sorted()
            return DueOrder.rounds(
                instances.map { id in
                    tables.due(of: id, now, limit) {
                        excluding.contains($0) || claims.isTaken($0, from: owner, now: moment)
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
        let claims = claims.withLock { $0 }
        let moment = self.now
        return try read { tables in
            tables.due(of: id, now, limit) { excluding.contains($0) || claims.isTaken($0, from: owner, now: moment) }
        }
    }

    package func queuedDelivery(
        of id: InstanceID,
        for owner: ClaimOwner,
        place: Double,
        excluding: Set<Int64>
    ) async throws -> Int64? {
        let claims = claims.withLock { $0 }
        let moment = self.now
        return try read { tables -> Int64? in
            let all = tables.deliveries.values.map(\.delivery).filter { $0.instanceID == id && $0.state == .queued }
                .map(\.notificationID).sorted()
            guard let oldest = all.first, let newest = all.last else { return nil }
            let pivot = DueOrder.pivot(oldest: oldest, newest: newest, place: place)
            let order = Array(all.filter { $0 <= pivot }.reversed()) + Array(all.filter { $0 > pivot }.reversed())
            return order.first { !excluding.contains($0) && !claims.isTaken($0, from: owner, now: moment) }
        }
    }

    package func nextDue(after now: Timestamp, heldInstances: Set<InstanceID>) async throws -> Timestamp? {
        try read { tables in
            tables.retrying.filter { !heldInstances.contains($0.instanceID) }.compactMap(\.nextAttempt)
                .filter { $0 > now }.min()
        }
    }

    package func nextDue(of id: InstanceID, after now: Timestamp) async throws -> Timestamp? {
        try read { tables in
            tables.retrying.filter { $0.instanceID == id }.compactMap(\.nextAttempt).filter { $0 > now }.min()
        }
    }

    package func record(_ results: [DeliveryResult], by owner: ClaimOwner) async throws -> [Int64] {
        let ids = results.map(\.attempt.notificationID)
        let late = claims.withLock { claims in Set(ids.filter { claims.isLost($0, to: owner) }) }
        let ready = try write { tables in
            DeliveryResult.groups(results).flatMap { tables.record($0, late: late) }
        }
        claims.withLock { $0.release(ids, of: owner) }
        return ready
    }

    package func retryingDeliveries(of id: InstanceID) async throws -> [Int64] {
        try read { $0.retrying.filter { $0.instanceID == id }.map(\.notificationID).sorted() }
    }

    package func requeueRetrying(_ notificationIDs: [Int64], of id: InstanceID) async throws {
        try write { tables in
            for notification in notificationIDs { tables.hurry(notification, of: id) }
        }
    }

    /// What becomes of all that is open at once, which the engine does by deleting the instance alone.
    package func endOpenDeliveries(_ id: InstanceID, as state: DeliveryState, reason: String) async throws {
        try write { $0.end(id, as: state, reason: reason) }
    }

    package func callbackHold(_ id: InstanceID) async throws -> CallbackHold? { try read { $0.holds[id] } }

    package func saveCallbackHold(_ hold: CallbackHold?, of id: InstanceID) async throws {
        try write { tables in if hold == nil || tables.instances[id] != nil { tables.holds[id] = hold } }
    }
}
