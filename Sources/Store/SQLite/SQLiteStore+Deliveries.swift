package import Domain
import GRDB
package import Primitives

extension SQLiteStore {
    package func record(_ results: [DeliveryResult]) async throws -> [Int64] {
        try await queue.perform { transaction in
            var ready: [Int64] = []
            for result in results { ready += try transaction.record(result) }
            return ready
        }
    }

    package func requeue(_ notificationIDs: [Int64]) async throws -> [Int64] {
        try await queue.perform { transaction in
            // Oldest first, so that of several of one lane the first goes first.
            try notificationIDs.sorted().filter { try transaction.requeue($0) }
        }
    }

    package func endOpenDeliveries(_ id: InstanceID, as state: DeliveryState, reason: String) async throws {
        try await queue.perform { transaction in
            try transaction.endOpenDeliveries(id, as: state, reason: reason)
        }
    }

    package func outgoing(_ notificationIDs: [Int64]) async throws -> [OutgoingNotification] {
        try await read { db in
            try notificationIDs.compactMap { id in try OutgoingNotification(id, db) }
        }
    }

    package func dueDeliveries(
        now: Timestamp,
        limit: Int,
        excluding: Set<Int64>,
        heldInstances: Set<InstanceID>
    ) async throws -> [Int64] {
        try await read { db in
            var each: [[Int64]] = []
            for instance in try Facets.instances(db) where !heldInstances.contains(instance) {
                let due = try Self.due(of: instance, now, limit, excluding, db)
                if !due.isEmpty { each.append(due) }
            }
            if each.count == 1 { return each[0] }
            var due: [Int64] = []
            var round = 0
            while due.count < limit, each.contains(where: { $0.count > round }) {
                for ids in each where ids.count > round { due.append(ids[round]) }
                round += 1
            }
            return Array(due.prefix(max(limit, each.count)))
        }
    }

    package func dueDeliveries(
        of id: InstanceID,
        now: Timestamp,
        limit: Int,
        excluding: Set<Int64>
    ) async throws -> [Int64] {
        try await read { db in try Self.due(of: id, now, limit, excluding, db) }
    }

    private static func due(
        of instance: InstanceID,
        _ now: Timestamp,
        _ limit: Int,
        _ excluding: Set<Int64>,
        _ db: Database
    ) throws -> [Int64] {
        func first(_ sql: String, _ arguments: StatementArguments) throws -> [Int64] {
            let ids = try Int64.fetchCursor(try db.cachedStatement(sql: sql), arguments: arguments)
            var found: [Int64] = []
            while found.count < limit, let id = try ids.next() {
                if !excluding.contains(id) { found.append(id) }
            }
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
        return Array((queued + retrying).sorted().prefix(limit))
    }

    package func nextDue(after now: Timestamp, heldInstances: Set<InstanceID>) async throws -> Timestamp? {
        try await read { db in
            try Facets.instances(db).filter { !heldInstances.contains($0) }
                .compactMap { try Self.nextDue(of: $0, now, db) }.min()
        }
    }

    package func nextDue(of id: InstanceID, after now: Timestamp) async throws -> Timestamp? {
        try await read { db in try Self.nextDue(of: id, now, db) }
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

    package func requeueRetrying(_ id: InstanceID, after: Int64, limit: Int) async throws -> Int64? {
        try await queue.perform { transaction in
            let ids: [Int64] = try transaction.rows(
                """
                SELECT id FROM delivery INDEXED BY delivery_due WHERE instance = ? AND state = 2 AND id > ?
                ORDER BY id LIMIT ?
                """,
                [id, after, limit]
            ).map { $0[0] }
            for id in ids { _ = try transaction.requeue(id) }
            return ids.last
        }
    }

    package func saveClockStep(_ milliseconds: Int64) async throws {
        try await queue.perform { transaction in
            try transaction.run(
                "INSERT OR REPLACE INTO meta (name, value) VALUES ('clock step', ?)",
                [milliseconds]
            )
        }
    }

    package func settleDue(now: Timestamp) async throws {
        let secrets = secrets
        try await queue.perform { transaction in
            let step =
                try Int64.fetchOne(transaction.db, sql: "SELECT value FROM meta WHERE name = 'clock step'") ?? 0
            if step != 0 {
                try transaction.run("UPDATE delivery SET next_attempt = next_attempt + ? WHERE state = 2", [step])
                try transaction.run("DELETE FROM meta WHERE name = ?", ["clock step"])
            }
            try transaction.settleFormerSecrets(step: step, now: now, secrets)
            // What a delivery was told to wait is the span from the end of its last attempt. Where the clock was set
            // between the two, that span says nothing.
            try transaction.run(
                """
                WITH told AS (
                    SELECT d.id, d.next_attempt - max(a.started + a.ms) AS wait
                    FROM delivery d JOIN attempt a ON a.notification = d.id AND a.replay = 0
                    WHERE d.state = 2 AND d.next_attempt > ? GROUP BY d.id
                )
                UPDATE delivery SET next_attempt = ? + told.wait FROM told
                WHERE delivery.id = told.id AND told.wait > 0 AND delivery.next_attempt > ? + told.wait
                """,
                [now.milliseconds, now.milliseconds, now.milliseconds]
            )
        }
    }

    package func attempts(notificationID: Int64) async throws -> [Attempt] {
        try await look { db in try Attempt.all(of: notificationID, db) }
    }

    package func deliveries(_ filter: EventFilter, before: Int64?, limit: Int) async throws -> [Delivery] {
        let page = PageRequest(after: before, limit: limit, filter: filter)
        return try await scan(filter) { db in
            var scan = try EventScan(page, db)
            var found: [Delivery] = []
            while found.count < limit {
                let sequences = try scan.next(limit, db)
                if sequences.isEmpty { break }
                // A delivery bears the number of its first event; the others name none.
                found += try Delivery.all(sequences, db).sorted { $0.notificationID > $1.notificationID }
            }
            return found.prefix(limit).map { $0.shown(heldInstances: filter.heldInstances) }
        }
    }
}

extension WriteTransaction {
    /// Stores an attempt and moves its delivery on; returns the deliveries that may go now.
    ///
    /// A replay only ever makes an open head delivered; what is known of the delivery's own attempts stays. An answer
    /// that comes late for a delivery that has ended meanwhile is recorded, and counts if it says delivered.
    fileprivate mutating func record(_ result: DeliveryResult) throws -> [Int64] {
        let attempt = result.attempt
        guard let delivery = try StoredDelivery(attempt.notificationID, self) else { return [] }
        try insert(attempt)
        // Only the lanes decide who waits: an attempt never sets or leaves that state but by ending the delivery.
        let mayMove: Bool
        if attempt.isReplay {
            let isHead = delivery.state == .queued || delivery.state == .retrying
            mayMove = isHead && result.state == .delivered && !result.isElsewhere
        } else {
            mayMove =
                result.state == .delivered
                || delivery.state.isOpen && result.state != .waiting
                    && !(delivery.state == .waiting && result.state.isOpen)
        }
        let state = mayMove ? result.state : delivery.state
        let isCounted = !attempt.isReplay && !result.isUncounted
        if !isCounted { try run("UPDATE delivery SET others = others + 1 WHERE id = ?", [delivery.id]) }
        if !attempt.isReplay {
            try run(
                """
                UPDATE delivery SET attempts = attempts + ?, last_status = ?, last_ms = ?, last_error = ? WHERE id = ?
                """,
                [
                    isCounted ? 1 : 0, attempt.outcome.status, attempt.milliseconds, attempt.outcome.errorText,
                    delivery.id,
                ]
            )
        } else if !result.isElsewhere {
            try note(replay: attempt, of: delivery, now: delivery.state)
        }
        guard mayMove else { return [] }
        let next = state == .retrying ? result.nextAttempt?.milliseconds ?? attempt.startedAt.milliseconds : nil
        try run("UPDATE delivery SET next_attempt = ? WHERE id = ?", [next, delivery.id])
        // Its counters have moved with the replay that ended just now.
        let noted = attempt.isReplay ? try StoredDelivery(delivery.id, self) ?? delivery : delivery
        try move(noted, to: state)
        guard delivery.state.isOpen, !state.isOpen else { return [] }
        try leaveLanes(delivery.instance, delivery.records, delivery.id)
        return try advanceLanes(delivery.instance, delivery.records)
    }

    private func insert(_ attempt: Attempt) throws {
        let failure: String? = if case .failure(let text) = attempt.outcome { text } else { nil }
        let headers = attempt.responseHeaders.map { JSON.array([.string($0.name), .string($0.value)]) }
        try run(
            """
            INSERT INTO attempt (notification, number, replay, started, ms, status, error, url, headers, body)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                attempt.notificationID, attempt.number, attempt.isReplay, attempt.startedAt.milliseconds,
                attempt.milliseconds, attempt.outcome.status, failure, attempt.url,
                headers.isEmpty ? nil : JSON.array(headers).text,
                attempt.responseBody.isEmpty ? nil : Attempt.blob(attempt.responseBody),
            ]
        )
    }

    /// Whether the delivery may go out at once. A dead one begins its ladder afresh, behind what is open in its lanes.
    fileprivate mutating func requeue(_ id: Int64) throws -> Bool {
        guard let delivery = try StoredDelivery(id, self) else { return false }
        switch delivery.state {
        case .queued: return true
        case .waiting, .held, .delivered, .none: return false
        case .retrying:
            try run("UPDATE delivery SET next_attempt = NULL WHERE id = ?", [id])
            try move(delivery, to: .queued)
            return true
        case .dead:
            guard state.instances[delivery.instance] != nil else { return false }
            try run(
                "UPDATE delivery SET next_attempt = NULL, others = others + attempts, attempts = 0 WHERE id = ?",
                [id]
            )
            // Younger ones that wait in its lanes are no obstacle: it goes before them.
            try enterLanes(delivery.instance, delivery.records, id, waiting: true)
            try move(delivery, to: .waiting)
            return try advanceLanes(delivery.instance, delivery.records).contains(id)
        }
    }

    /// Ends all open deliveries of an instance at once: its lanes all go, so nothing is left to advance.
    mutating func endOpenDeliveries(_ id: InstanceID, as state: DeliveryState, reason: String) throws {
        guard !state.isOpen else { return }
        try run(
            """
            UPDATE event SET state = ? WHERE sequence IN
                (SELECT e.sequence FROM lane l JOIN delivery d ON d.id = l.id
                 JOIN event e ON e.sequence >= d.id AND e.sequence < d.id + d.count WHERE l.instance = ?)
            """,
            [state.code, id]
        )
        try run(
            """
            UPDATE delivery SET state = ?, next_attempt = NULL, last_error = ?
            WHERE id IN (SELECT id FROM lane WHERE instance = ?)
            """,
            [state.code, reason, id]
        )
        try run("DELETE FROM lane WHERE instance = ?", [id])
        // What this transaction has counted so far must be in the table before it is summed.
        try flushCounts()
        try run(
            """
            INSERT INTO counter (instance, object, change, state, events)
            SELECT instance, object, change, ?, sum(events) FROM counter
            WHERE instance = ? AND state IN (0, 1, 2) GROUP BY object, change
            ON CONFLICT DO UPDATE SET events = events + excluded.events
            """,
            [state.code, id]
        )
        try run("UPDATE counter SET events = 0 WHERE instance = ? AND state IN (0, 1, 2)", [id])
        try run(
            """
            INSERT INTO replay_counter (instance, object, change, state, replay, events)
            SELECT instance, object, change, ?, replay, sum(events) FROM replay_counter
            WHERE instance = ? AND state IN (0, 1, 2) GROUP BY object, change, replay
            ON CONFLICT DO UPDATE SET events = events + excluded.events
            """,
            [state.code, id]
        )
        try run("UPDATE replay_counter SET events = 0 WHERE instance = ? AND state IN (0, 1, 2)", [id])
    }
}
