import Domain
import GRDB
import Primitives

extension StoredDelivery {
    init?(_ id: Int64, _ transaction: WriteTransaction) throws {
        guard
            let row = try transaction.row("SELECT instance, state, count, replay FROM delivery WHERE id = ?", [id])
        else { return nil }
        self.init(
            id: id,
            instance: row[0],
            state: DeliveryState(code: row[1]),
            replay: (row[3] as Int64?).map { ReplayVerdict(code: $0) },
            events: try transaction.rows(
                "SELECT record_id, object, change FROM event WHERE sequence >= ? AND sequence < ? ORDER BY sequence",
                [id, id + (row[2] as Int64)]
            ).map { Event(record: $0[0], object: $0[1], change: Change(code: $0[2])) }
        )
    }

    /// The sequences of its events are this one's and the following.
    fileprivate var sequences: Range<Int64> { id..<(id + Int64(events.count)) }
}

extension WriteTransaction {
    /// Writes a step down wherever it shows: the delivery, its events, the counters. Lanes are the caller's.
    mutating func write(_ step: DeliveryStep, to delivery: StoredDelivery) throws {
        let (after, counters) = delivery.after(step)
        if step != DeliveryStep(lanes: step.lanes) { try write(step, id: delivery.id) }
        let range = delivery.sequences
        if after.state != delivery.state {
            try run(
                "UPDATE event SET state = ? WHERE sequence >= ? AND sequence < ?",
                [after.state.code, range.lowerBound, range.upperBound]
            )
        }
        if after.replay != delivery.replay {
            try run(
                "UPDATE event SET replay = ? WHERE sequence >= ? AND sequence < ?",
                [after.replay?.code, range.lowerBound, range.upperBound]
            )
        }
        state.counters.merge(counters)
    }

    /// One statement for all that a step changes of the delivery's row.
    private func write(_ step: DeliveryStep, id: Int64) throws {
        var columns: [String] = []
        var values: [(any DatabaseValueConvertible)?] = []
        func set(_ column: String, _ value: (any DatabaseValueConvertible)?) {
            columns.append(column)
            values.append(value)
        }
        if step.beginsLadderAnew {
            columns.append("others = others + attempts, attempts = 0")
        } else {
            if step.counted != 0 { set("attempts = attempts + ?", step.counted) }
            if step.uncounted != 0 { set("others = others + ?", step.uncounted) }
        }
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
        }
        try run("UPDATE delivery SET \(columns.joined(separator: ", ")) WHERE id = ?", values + [id])
    }
}
