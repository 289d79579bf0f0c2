import Domain
import GRDB
import Primitives

// A lane's rows are the open deliveries that carry its record. At most one is not waiting; by the key's order it comes
// first, and behind it the waiting ones, oldest first. A notification of several records stands in several lanes and
// goes out when it heads them all: the oldest waiting one always can, so lanes never block each other for good.

extension WriteTransaction {
    func isAnyLaneBusy(_ instance: InstanceID, _ records: [String]) throws -> Bool {
        for record in records where try laneHead(instance, record) != nil { return true }
        return false
    }

    func enterLanes(_ instance: InstanceID, _ records: [String], _ id: Int64, waiting: Bool) throws {
        for record in records {
            try run(
                "INSERT INTO lane (instance, record_id, waiting, id) VALUES (?, ?, ?, ?)",
                [instance, record, waiting, id]
            )
        }
    }

    func leaveLanes(_ instance: InstanceID, _ records: [String], _ id: Int64) throws {
        for record in records {
            try run(
                "DELETE FROM lane WHERE instance = ? AND record_id = ? AND waiting IN (0, 1) AND id = ?",
                [instance, record, id]
            )
        }
    }

    /// Lets the oldest waiting delivery of each lane go, if all its lanes are free; returns those that may.
    mutating func advanceLanes(_ instance: InstanceID, _ records: [String]) throws -> [Int64] {
        var ready: [Int64] = []
        for record in records {
            guard let head = try laneHead(instance, record), head.isWaiting, !ready.contains(head.id),
                let delivery = try StoredDelivery(head.id, self)
            else { continue }
            let lanes = delivery.records
            let isFree = try lanes.allSatisfy { lane in
                guard let other = try laneHead(instance, lane) else { return true }
                return other.isWaiting && other.id == head.id
            }
            guard isFree else { continue }
            try leaveLanes(instance, lanes, head.id)
            try enterLanes(instance, lanes, head.id, waiting: false)
            try move(delivery, to: .queued)
            ready.append(head.id)
        }
        return ready
    }

    private func laneHead(_ instance: InstanceID, _ record: String) throws -> (isWaiting: Bool, id: Int64)? {
        try row(
            "SELECT waiting, id FROM lane WHERE instance = ? AND record_id = ? ORDER BY waiting, id LIMIT 1",
            [instance, record]
        ).map { ($0[0], $0[1]) }
    }

    /// Writes a delivery's new state wherever it stands: the delivery, its events, the counters.
    mutating func move(_ delivery: StoredDelivery, to state: DeliveryState) throws {
        guard delivery.state != state else { return }
        try run("UPDATE delivery SET state = ? WHERE id = ?", [state.code, delivery.id])
        try run(
            "UPDATE event SET state = ? WHERE sequence >= ? AND sequence < ?",
            [state.code, delivery.id, delivery.id + delivery.count]
        )
        for event in delivery.events {
            var facet = Facet(
                instance: delivery.instance,
                object: event.object,
                change: event.change,
                state: delivery.state.code
            )
            count(facet, -1)
            facet.state = state.code
            count(facet, 1)
            guard let replay = delivery.replay else { continue }
            facet.replay = replay
            count(facet, 1)
            facet.state = delivery.state.code
            count(facet, -1)
        }
    }
}

extension WriteTransaction {
    /// Keeps how a replay ended wherever its delivery stands. `delivery` is as it was before.
    mutating func note(replay attempt: Attempt, of delivery: StoredDelivery, now state: DeliveryState) throws {
        let verdict = (attempt.outcome.isSuccess ? ReplayVerdict.succeeded : .failed).code
        let failure: String? = if case .failure(let text) = attempt.outcome { text } else { nil }
        try run(
            """
            UPDATE delivery SET replay = ?, replay_at = ?, replay_ms = ?, replay_status = ?, replay_error = ?
            WHERE id = ?
            """,
            [
                verdict, attempt.startedAt.milliseconds, attempt.milliseconds, attempt.outcome.status, failure,
                delivery.id,
            ]
        )
        guard verdict != delivery.replay else { return }
        try run(
            "UPDATE event SET replay = ? WHERE sequence >= ? AND sequence < ?",
            [verdict, delivery.id, delivery.id + delivery.count]
        )
        for event in delivery.events {
            var facet = Facet(
                instance: delivery.instance,
                object: event.object,
                change: event.change,
                state: state.code,
                replay: verdict
            )
            count(facet, 1)
            guard let before = delivery.replay else { continue }
            facet.replay = before
            count(facet, -1)
        }
    }
}

/// A delivery as the writer needs it: where it stands and which lanes and counters it concerns.
struct StoredDelivery {
    struct Event {
        let record: String
        let object: Int64
        let change: Int64
    }

    let id: Int64
    let instance: InstanceID
    let state: DeliveryState
    let count: Int64
    /// How its last replay ended.
    let replay: Int64?
    let events: [Event]

    init?(_ id: Int64, _ transaction: WriteTransaction) throws {
        guard
            let row = try transaction.row("SELECT instance, state, count, replay FROM delivery WHERE id = ?", [id])
        else { return nil }
        self.id = id
        self.instance = row[0]
        self.state = DeliveryState(code: row[1])
        self.count = row[2]
        self.replay = row[3]
        self.events = try transaction.rows(
            "SELECT record_id, object, change FROM event WHERE sequence >= ? AND sequence < ? ORDER BY sequence",
            [id, id + count]
        ).map { Event(record: $0[0], object: $0[1], change: $0[2]) }
    }

    /// Its lanes, each once.
    var records: [String] {
        if events.count == 1 { return [events[0].record] }
        var seen: Set<String> = []
        return events.map(\.record).filter { seen.insert($0).inserted }
    }
}
