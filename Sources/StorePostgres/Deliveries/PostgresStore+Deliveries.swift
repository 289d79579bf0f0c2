#if PostgreSQL
package import Domain
import Primitives
package import Store

extension PostgresStore {
    package func record(_ results: [DeliveryResult], by owner: ClaimOwner) async throws -> [Int64] {
        try await record(results, by: owner, whileUnknown: {})
    }

    package func record(
        _ results: [DeliveryResult],
        by owner: ClaimOwner,
        whileUnknown: @escaping @Sendable () -> Void
    ) async throws -> [Int64] {
        let late = claims.lost(results.map(\.attempt.notificationID), to: owner)
        // Stored twice, an attempt would take two rungs of the ladder, and nobody would hear what the first time had freed.
        let ready = try await queue.perform(inDoubt: .always) { transaction in
            try DeliveryResult.groups(results).flatMap { try transaction.record($0, late: late) }
        } whileUnknown: {
            whileUnknown()
        }
        let ids = results.map(\.attempt.notificationID)
        fresh.withLock { $0.remove(ids) }
        claims.release(ids, of: owner)
        return ready
    }

    package func retryingDeliveries(of id: InstanceID) async throws -> [Int64] {
        let ids: [Int64] = try await read { connection in
            try connection.run("SELECT id FROM delivery WHERE instance = $1 AND state = 2", [id]).map { $0[0] }
        }
        return ids.sorted()
    }

    package func requeueRetrying(_ notificationIDs: [Int64], of id: InstanceID) async throws {
        try await queue.perform { transaction in
            try transaction.requireHeld(id)
            let found = try StoredDelivery.all(Set(notificationIDs).sorted(), transaction.connection)
            try transaction.write(found.filter { $0.isRetrying(of: id) }.map { (DeliveryStep.hurried, $0) })
        }
    }

    package func outgoing(_ notificationIDs: [Int64]) async throws -> [OutgoingNotification] {
        var found = fresh.withLock { $0.take(notificationIDs) }
        if found.count < notificationIDs.count {
            let rest = notificationIDs.filter { found[$0] == nil }
            for notification in try await read({ try OutgoingNotification.all(rest, $0) }) {
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
        let known = try StoredDelivery.all(results.map(\.attempt.notificationID), connection)
        let byID = Dictionary(known.map { ($0.id, $0) }) { $1 }
        var attempts: [Attempt] = []
        var steps: [(DeliveryStep, StoredDelivery)] = []
        for result in results {
            guard let delivery = byID[result.attempt.notificationID] else { continue }
            attempts.append(result.attempt)
            // The instance's next holder may have it in hand by now.
            let isLate = late.contains(delivery.id) || !isHeld(delivery.instance)
            steps.append((delivery.step(for: result, isLate: isLate), delivery))
        }
        try insert(attempts)
        try write(steps)
        let left = steps.filter { $0.0.lanes == .leaves }.map(\.1)
        if left.isEmpty { return [] }
        try leaveLanes(left)
        // All have left before any of those behind them goes.
        return try own(try advanceLanes(of: left), left)
    }

    /// Those that go from here; the holders of the others hear of theirs.
    private mutating func own(_ ready: [Int64], _ left: [StoredDelivery]) throws -> [Int64] {
        let elsewhere = Set(left.map(\.instance)).filter { !isHeld($0) }
        if elsewhere.isEmpty || ready.isEmpty { return ready }
        for id in elsewhere { note(.due, id) }
        let others = Set(try StoredDelivery.all(ready, connection).filter { elsewhere.contains($0.instance) }.map(\.id))
        return ready.filter { !others.contains($0) }
    }

    private func isHeld(_ id: InstanceID) -> Bool { state.leases[id].map { $0 == node } ?? true }

    private func insert(_ attempts: [Attempt]) throws {
        if attempts.isEmpty { return }
        var (notification, number, replay) = (Column<Int64>(), Column<Int>(), Column<Int64>())
        var (started, ms, status) = (Column<Int64>(), Column<Int>(), Column<Int?>())
        var (error, url, headers) = (Column<String?>(), Column<String>(), Column<String?>())
        var (body, firstByte, resolve) = (Column<Bytes?>(), Column<Int?>(), Column<Int?>())
        var (connect, tls, reused) = (Column<Int?>(), Column<Int?>(), Column<Bool?>())
        for attempt in attempts {
            let (outcome, phases) = (attempt.outcome, attempt.phases)
            notification.append(attempt.notificationID)
            number.append(attempt.number)
            replay.append(attempt.replayCode)
            started.append(attempt.startedAt.milliseconds)
            ms.append(attempt.milliseconds)
            status.append(outcome.status)
            error.append(outcome.failure)
            url.append(attempt.url)
            headers.append(HeaderList.text(attempt.responseHeaders))
            body.append(attempt.responseBody.isEmpty ? nil : Bytes(attempt.responseBody))
            firstByte.append(attempt.firstByteMilliseconds)
            resolve.append(phases?.resolve)
            connect.append(phases?.connect)
            tls.append(phases?.tls)
            reused.append(phases?.isReused)
        }
        try run(
            """
            INSERT INTO attempt
                (notification, number, replay, started, ms, status, error, url, headers, body, first_byte,
                 resolve, connect, tls, reused)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            """,
            [
                notification, number, replay, started, ms, status, error, url, headers, body, firstByte, resolve,
                connect,
                tls, reused,
            ]
        )
    }
}
#endif
