#if PostgreSQL
import Domain
import Primitives
import Store

extension StoredDelivery {
    /// Those that exist of these, in their order.
    static func all(_ ids: [Int64], _ connection: Connection) throws -> [StoredDelivery] {
        if ids.isEmpty { return [] }
        let rows = try connection.run(
            """
            SELECT d.id, d.instance, d.state, d.replay, e.record_id, e.object, e.change
            FROM unnest($1) WITH ORDINALITY u (id, place) JOIN delivery d ON d.id = u.id
            CROSS JOIN LATERAL generate_series(d.id, d.id + d.count - 1) s LEFT JOIN event e ON e.sequence = s
            ORDER BY u.place, s
            """,
            [Column(ids)]
        )
        var found: [StoredDelivery] = []
        var events: [Event] = []
        var head: Row?
        func end() {
            guard let head else { return }
            found.append(
                StoredDelivery(
                    id: head[0],
                    instance: head[1],
                    state: DeliveryState(code: head[2]),
                    replay: (head[3] as Int64?).map { ReplayVerdict(code: $0) },
                    events: events
                )
            )
        }
        for row in rows {
            if head.map({ $0[0] as Int64 }) != (row[0] as Int64) {
                end()
                head = row
                events = []
            }
            if row.isNull(4) { continue }
            events.append(Event(record: row[4], object: row[5], change: Change(code: row[6])))
        }
        end()
        return found
    }
}

extension WriteTransaction {
    /// Writes steps of different deliveries down wherever they show: the deliveries, their events, the counters. Lanes are
    /// the caller's.
    mutating func write(_ steps: [(DeliveryStep, StoredDelivery)]) throws {
        try writeRows(steps.filter { $0.0.changesRow })
        var (sequences, states, replays) = (Column<Int64>(), Column<Int64>(), Column<Int64?>())
        for (step, delivery) in steps {
            let (after, counters) = delivery.after(step)
            state.counters.merge(counters)
            guard after.state != delivery.state || after.replay != delivery.replay else { continue }
            for sequence in delivery.sequences {
                sequences.append(sequence)
                states.append(after.state.code)
                replays.append(after.replay?.code)
            }
        }
        guard sequences.count > 0 else { return }
        try run(
            """
            UPDATE event e SET state = u.state, replay = u.replay FROM unnest($1, $2, $3) u (sequence, state, replay)
            WHERE e.sequence = u.sequence
            """,
            [sequences, states, replays]
        )
    }

    /// One statement for whatever the steps change of the deliveries' own rows.
    private func writeRows(_ steps: [(DeliveryStep, StoredDelivery)]) throws {
        if steps.isEmpty { return }
        var (id, counted, uncounted) = (Column<Int64>(), Column<Int>(), Column<Int>())
        var (hasLast, status, ms, error) = (Column<Bool>(), Column<Int?>(), Column<Int?>(), Column<String?>())
        var (hasMove, state, next, wait) = (Column<Bool>(), Column<Int64>(), Column<Int64?>(), Column<Int64?>())
        var (hasReplay, verdict, replayed) = (Column<Bool>(), Column<Int64?>(), Column<Int64?>())
        var (replayMs, replayStatus, replayError) = (Column<Int?>(), Column<Int?>(), Column<String?>())
        for (step, delivery) in steps {
            id.append(delivery.id)
            counted.append(step.counted)
            uncounted.append(step.uncounted)
            hasLast.append(step.last != nil)
            status.append(step.last?.status)
            ms.append(step.last?.milliseconds)
            error.append(step.last?.error)
            hasMove.append(step.move != nil)
            state.append(step.move?.state.code ?? 0)
            next.append(step.move?.nextAttempt?.milliseconds)
            wait.append(step.move?.wait)
            hasReplay.append(step.replay != nil)
            verdict.append(step.replay?.verdict.code)
            replayed.append(step.replay?.at.milliseconds)
            replayMs.append(step.replay?.milliseconds)
            replayStatus.append(step.replay?.outcome.status)
            replayError.append(step.replay?.outcome.failure)
        }
        try run(
            """
            UPDATE delivery d SET
                attempts = d.attempts + u.counted,
                others = d.others + u.uncounted,
                last_status = CASE WHEN u.has_last THEN u.status ELSE d.last_status END,
                last_ms = CASE WHEN u.has_last THEN u.ms ELSE d.last_ms END,
                last_error = CASE WHEN u.has_last THEN u.error ELSE d.last_error END,
                state = CASE WHEN u.has_move THEN u.state ELSE d.state END,
                next_attempt = CASE WHEN u.has_move THEN u.next ELSE d.next_attempt END,
                retry_wait = coalesce(u.wait, d.retry_wait),
                replay = CASE WHEN u.has_replay THEN u.verdict ELSE d.replay END,
                replay_at = CASE WHEN u.has_replay THEN u.replayed ELSE d.replay_at END,
                replay_ms = CASE WHEN u.has_replay THEN u.replay_ms ELSE d.replay_ms END,
                replay_status = CASE WHEN u.has_replay THEN u.replay_status ELSE d.replay_status END,
                replay_error = CASE WHEN u.has_replay THEN u.replay_error ELSE d.replay_error END
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) u
                (id, counted, uncounted, has_last, status, ms, error, has_move, state, next, wait, has_replay,
                 verdict, replayed, replay_ms, replay_status, replay_error)
            WHERE d.id = u.id
            """,
            [
                id, counted, uncounted, hasLast, status, ms, error, hasMove, state, next, wait, hasReplay,
                verdict, replayed, replayMs, replayStatus, replayError,
            ]
        )
    }
}
#endif
