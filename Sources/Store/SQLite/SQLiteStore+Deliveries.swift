package import Domain
import GRDB
import Primitives

extension SQLiteStore {
    package func record(_ results: [DeliveryResult], by owner: ClaimOwner) async throws -> [Int64] {
        let late = claims.lost(results.map(\.attempt.notificationID), to: owner)
        let ready = try await queue.perform { transaction in
            try DeliveryResult.groups(results).flatMap { try transaction.record($0, late: late) }
        }
        let ids = results.map(\.attempt.notificationID)
        fresh.withLock { $0.remove(ids) }
        claims.release(ids, of: owner)
        return ready
    }

    package func retryingDeliveries(of id: InstanceID) async throws -> [Int64] {
        try await read { db in try Self.retrying(id, db) }
    }

    static func retrying(_ id: InstanceID, _ db: Database) throws -> [Int64] {
        let sql = "SELECT id FROM delivery INDEXED BY delivery_due WHERE instance = ? AND state = 2"
        return try Int64.fetchAll(db, sql: sql, arguments: [id]).sorted()
    }

    package func requeueRetrying(_ notificationIDs: [Int64], of id: InstanceID) async throws {
        try await queue.perform { transaction in
            for notification in notificationIDs {
                guard let delivery = try StoredDelivery(notification, transaction), delivery.isRetrying(of: id) else {
                    continue
                }
                try transaction.write(.hurried, to: delivery)
            }
        }
    }

    package func outgoing(_ notificationIDs: [Int64]) async throws -> [OutgoingNotification] {
        var found = fresh.withLock { $0.take(notificationIDs) }
        if found.count < notificationIDs.count {
            let rest = notificationIDs.filter { found[$0] == nil }
            for notification in try await read({ db in try rest.compactMap { try OutgoingNotification($0, db) } }) {
                found[notification.delivery.notificationID] = notification
            }
        }
        let instances = queue.state.instances
        // What is open of an instance that is gone is not sent any more.
        return notificationIDs.compactMap { found[$0] }
            .filter { !$0.delivery.state.isOpen || instances[$0.delivery.instanceID] != nil }
    }
}

extension WriteTransaction {
    /// Stores attempts of different deliveries and moves these on; returns the deliveries that may go now.
    fileprivate mutating func record(_ results: ArraySlice<DeliveryResult>, late: Set<Int64>) throws -> [Int64] {
        var left: [(instance: InstanceID, records: [String])] = []
        for result in results {
            guard let delivery = try StoredDelivery(result.attempt.notificationID, self) else { continue }
            try insert(result.attempt)
            let step = delivery.step(for: result, isLate: late.contains(delivery.id))
            try write(step, to: delivery)
            guard step.lanes == .leaves else { continue }
            try leaveLanes(delivery)
            left.append((delivery.instance, delivery.records))
        }
        // All have left before any of those behind them goes.
        return try left.flatMap { try advanceLanes($0.instance, $0.records) }
    }

    private func insert(_ attempt: Attempt) throws {
        let (outcome, phases) = (attempt.outcome, attempt.phases)
        try run(
            """
            INSERT INTO attempt
                (notification, number, replay, started, ms, status, error, url, headers, body, first_byte,
                 resolve, connect, tls, reused)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ) {
            $0.add(attempt.notificationID)
            $0.add(attempt.number)
            $0.add(attempt.replayCode)
            $0.add(attempt.startedAt.milliseconds)
            $0.add(attempt.milliseconds)
            $0.add(outcome.status)
            $0.add(outcome.failure)
            $0.add(attempt.url)
            $0.add(HeaderList.text(attempt.responseHeaders))
            $0.add(blob: attempt.responseBody)
            $0.add(attempt.firstByteMilliseconds)
            $0.add(phases?.resolve)
            $0.add(phases?.connect)
            $0.add(phases?.tls)
            $0.add(phases.map { $0.isReused ? 1 as Int64 : 0 })
        }
    }
}
