import Domain
import GRDB
import Primitives

extension StoredDelivery {
    init?(_ id: Int64, _ transaction: WriteTransaction) throws {
        var found: (instance: InstanceID, state: DeliveryState, replay: ReplayVerdict?)?
        var events: [Event] = []
        try transaction.each(
            """
            SELECT d.instance, d.state, d.replay, e.record_id, e.object, e.change FROM delivery d
            LEFT JOIN event e ON e.sequence >= d.id AND e.sequence < d.id + d.count WHERE d.id = ? ORDER BY e.sequence
            """
        ) {
            $0.add(id)
        } _: { row in
            if found == nil {
                let replay = row.isNull(2) ? nil : ReplayVerdict(code: row.integer(2))
                found = (row.integer(0), DeliveryState(code: row.integer(1)), replay)
            }
            if row.isNull(3) { return }
            events.append(
                Event(record: row.text(3), object: row.integer(4), change: Change(code: row.integer(5)))
            )
        }
        guard let found else { return nil }
        self.init(id: id, instance: found.instance, state: found.state, replay: found.replay, events: events)
    }
}

extension WriteTransaction {
    /// Writes a step down wherever it shows: the delivery, its events, the counters. Lanes are the caller's.
    mutating func write(_ step: DeliveryStep, to delivery: StoredDelivery) throws {
        let (after, counters) = delivery.after(step)
        if step.changesRow { try write(step, id: delivery.id) }
        let range = delivery.sequences
        if after.state != delivery.state {
            try run("UPDATE event SET state = ? WHERE sequence >= ? AND sequence < ?") {
                $0.add(after.state.code)
                $0.add(range.lowerBound)
                $0.add(range.upperBound)
            }
        }
        if after.replay != delivery.replay {
            try run("UPDATE event SET replay = ? WHERE sequence >= ? AND sequence < ?") {
                $0.add(after.replay?.code)
                $0.add(range.lowerBound)
                $0.add(range.upperBound)
            }
        }
        state.counters.merge(counters)
    }

    /// One statement for all that a step changes of the delivery's row. Those of a delivery's own attempts, which every
    /// event has, stand ready; the others are put together.
    private func write(_ step: DeliveryStep, id: Int64) throws {
        guard step.replay == nil, let last = step.last, let move = step.move else {
            return try writeColumns(of: step, id: id)
        }
        try run(
            """
            UPDATE delivery SET attempts = attempts + ?, others = others + ?, last_status = ?, last_ms = ?, last_error = ?,
                state = ?, next_attempt = ?, retry_wait = ifnull(?, retry_wait) WHERE id = ?
            """
        ) {
            $0.add(step.counted)
            $0.add(step.uncounted)
            $0.add(last.status)
            $0.add(last.milliseconds)
            $0.add(last.error)
            $0.add(move.state.code)
            $0.add(move.nextAttempt?.milliseconds)
            $0.add(move.wait)
            $0.add(id)
        }
    }

    private func writeColumns(of step: DeliveryStep, id: Int64) throws {
        var columns: [String] = []
        var values: [(any DatabaseValueConvertible)?] = []
        func set(_ column: String, _ value: (any DatabaseValueConvertible)?) {
            columns.append(column)
            values.append(value)
        }
        if step.counted != 0 { set("attempts = attempts + ?", step.counted) }
        if step.uncounted != 0 { set("others = others + ?", step.uncounted) }
        if let last = step.last {
            set("last_status = ?", last.status)
            set("last_ms = ?", last.milliseconds)
            set("last_error = ?", last.error)
        }
        if let replay = step.replay {
            set("replay = ?", replay.verdict.code)
            set("replay_at = ?", replay.at.milliseconds)
            set("replay_ms = ?", replay.milliseconds)
            set("replay_status = ?", replay.outcome.status)
            set("replay_error = ?", replay.outcome.failure)
        }
        if let move = step.move {
            set("state = ?", move.state.code)
            set("next_attempt = ?", move.nextAttempt?.milliseconds)
            if let wait = move.wait { set("retry_wait = ?", wait) }
        }
        try run("UPDATE delivery SET \(columns.joined(separator: ", ")) WHERE id = ?", values + [id])
    }
}
