import Domain
import GRDB
import Primitives

extension StoredDelivery {
    init?(_ id: Int64, _ transaction: WriteTransaction) throws {
        var head: (instance: InstanceID, state: DeliveryState, replay: ReplayVerdict?)?
        var events: [Event] = []
        let statement = try RawStatement(
            """
            SELECT d.instance, d.state, d.replay, e.record_id, e.object, e.change FROM delivery d
            LEFT JOIN event e ON e.sequence >= d.id AND e.sequence < d.id + d.count WHERE d.id = ? ORDER BY e.sequence
            """,
            transaction.db
        )
        try statement.each([.integer(id)]) { row in
            if head == nil {
                let replay: ReplayVerdict? = row.isNull(2) ? nil : ReplayVerdict(code: row.integer(2))
                head = (row.integer(0), DeliveryState(code: row.integer(1)), replay)
            }
            if row.isNull(3) { return }
            events.append(
                Event(record: row.text(3), object: row.integer(4), change: Change(code: row.integer(5)))
            )
        }
        guard let head else { return nil }
        self.init(id: id, instance: head.instance, state: head.state, replay: head.replay, events: events)
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
            try runRaw(
                "UPDATE event SET state = ? WHERE sequence >= ? AND sequence < ?",
                [.integer(after.state.code), .integer(range.lowerBound), .integer(range.upperBound)]
            )
        }
        if after.replay != delivery.replay {
            try runRaw(
                "UPDATE event SET replay = ? WHERE sequence >= ? AND sequence < ?",
                [.integer(after.replay?.code), .integer(range.lowerBound), .integer(range.upperBound)]
            )
        }
        state.counters.merge(counters)
    }

    /// One statement for all that a step changes of the delivery's row.
    private func write(_ step: DeliveryStep, id: Int64) throws {
        var values: [SQLValue] = []
        values.reserveCapacity(12)
        if !step.beginsLadderAnew { values += [.integer(step.counted), .integer(step.uncounted)] }
        if let last = step.last {
            values += [.integer(last.status), .integer(last.milliseconds), .text(last.error)]
        }
        if let replay = step.replay {
            values += [
                .integer(replay.verdict.code), .integer(replay.at.milliseconds), .integer(replay.milliseconds),
                .integer(replay.outcome.status), .text(replay.outcome.failure),
            ]
        }
        if let move = step.move {
            values += [.integer(move.state.code), .integer(move.nextAttempt?.milliseconds)]
        }
        try runRaw(DeliveryUpdate(step).sql, values + [.integer(id)])
    }
}

/// Which columns a step sets; the text of each such statement is made once.
private struct DeliveryUpdate: OptionSet {
    let rawValue: Int

    static let ladder = DeliveryUpdate(rawValue: 1)
    static let last = DeliveryUpdate(rawValue: 2)
    static let replay = DeliveryUpdate(rawValue: 4)
    static let move = DeliveryUpdate(rawValue: 8)

    init(rawValue: Int) { self.rawValue = rawValue }

    init(_ step: DeliveryStep) {
        self = []
        if step.beginsLadderAnew { insert(.ladder) }
        if step.last != nil { insert(.last) }
        if step.replay != nil { insert(.replay) }
        if step.move != nil { insert(.move) }
    }

    var sql: String { Self.statements[rawValue] }

    private static let statements = (0..<16).map { DeliveryUpdate(rawValue: $0).text }

    private var text: String {
        var columns: [String] = []
        columns.append(
            contains(.ladder)
                ? "others = others + attempts, attempts = 0" : "attempts = attempts + ?, others = others + ?"
        )
        if contains(.last) { columns.append("last_status = ?, last_ms = ?, last_error = ?") }
        if contains(.replay) {
            columns.append("replay = ?, replay_at = ?, replay_ms = ?, replay_status = ?, replay_error = ?")
        }
        if contains(.move) { columns.append("state = ?, next_attempt = ?") }
        return "UPDATE delivery SET \(columns.joined(separator: ", ")) WHERE id = ?"
    }
}
