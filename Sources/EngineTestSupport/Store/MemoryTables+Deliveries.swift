import Domain
import Primitives
import Store

extension MemoryTables {
    var retrying: [Delivery] { deliveries.values.map(\.delivery).filter { $0.state == .retrying } }

    func due(of id: InstanceID, _ now: Timestamp, _ limit: Int, unless isLeftOut: (Int64) -> Bool) -> [Int64] {
        let all = deliveries.values.map(\.delivery).filter { $0.instanceID == id && !isLeftOut($0.notificationID) }
        return DueOrder.oldest(
            queued: all.filter { $0.state == .queued }.map(\.notificationID),
            retrying: all.filter { $0.state == .retrying && ($0.nextAttempt ?? now) <= now }.map(\.notificationID),
            limit: limit
        )
    }

    // MARK: Lanes

    func head(_ instance: InstanceID, _ record: String) -> Lanes.Head? {
        lanes[LaneKey(instance: instance, recordID: record)]?
            .min { ($0.value ? 1 : 0, $0.key) < ($1.value ? 1 : 0, $1.key) }
            .map { Lanes.Head(id: $0.key, isWaiting: $0.value) }
    }

    mutating func enter(_ id: Int64, _ instance: InstanceID, _ records: [String], waiting: Bool) {
        for record in records { lanes[LaneKey(instance: instance, recordID: record), default: [:]][id] = waiting }
    }

    private mutating func leave(_ delivery: StoredDelivery) {
        for record in delivery.records {
            let key = LaneKey(instance: delivery.instance, recordID: record)
            lanes[key]?[delivery.id] = nil
            if lanes[key]?.isEmpty == true { lanes[key] = nil }
        }
    }

    private mutating func advance(_ instance: InstanceID, _ records: [String]) -> [Int64] {
        let freed = Lanes.freed(records) { records in
            records.reduce(into: [:]) { $0[$1] = head(instance, $1) }
        } deliveries: { ids in
            ids.compactMap { stored($0) }
        }
        for delivery in freed {
            enter(delivery.id, instance, delivery.records, waiting: false)
            put(.freed, to: delivery)
        }
        return freed.map(\.id)
    }

    // MARK: Steps

    func stored(_ id: Int64) -> StoredDelivery? {
        guard let row = deliveries[id] else { return nil }
        return StoredDelivery(
            id: id,
            instance: row.delivery.instanceID,
            state: row.delivery.state,
            replay: row.delivery.lastReplay?.verdict,
            events: (id..<(id + row.count)).compactMap { sequence in
                events[sequence].map { .init(record: $0.event.recordID, object: $0.object, change: $0.event.change) }
            }
        )
    }

    private mutating func put(_ step: DeliveryStep, to delivery: StoredDelivery) {
        let (after, counters) = delivery.after(step)
        count(counters)
        file(after, insteadOf: delivery)
        guard var row = deliveries[delivery.id] else { return }
        row.delivery.attempts += step.counted
        row.others += step.uncounted
        if let last = step.last {
            row.delivery.lastStatus = last.status
            row.delivery.lastMilliseconds = last.milliseconds
            row.delivery.lastError = last.error
        }
        if let replay = step.replay { row.delivery.lastReplay = replay }
        if let move = step.move {
            row.delivery.state = move.state
            row.delivery.nextAttempt = move.nextAttempt
            row.wait = move.wait ?? row.wait
        }
        deliveries[delivery.id] = row
    }

    mutating func record(_ results: ArraySlice<DeliveryResult>, late: Set<Int64>) -> [Int64] {
        var left: [StoredDelivery] = []
        for result in results {
            guard let delivery = stored(result.attempt.notificationID) else { continue }
            var attempt = result.attempt
            attempt.id = nextAttempt
            nextAttempt += 1
            deliveries[delivery.id]?.attempts.append(attempt)
            let step = delivery.step(for: result, isLate: late.contains(delivery.id))
            put(step, to: delivery)
            guard step.lanes == .leaves else { continue }
            leave(delivery)
            left.append(delivery)
        }
        return left.flatMap { advance($0.instance, $0.records) }
    }

    mutating func hurry(_ notification: Int64, of id: InstanceID) {
        if let delivery = stored(notification), delivery.isRetrying(of: id) { put(.hurried, to: delivery) }
    }

    mutating func end(_ id: InstanceID, as state: DeliveryState, reason: String) {
        guard !state.isOpen else { return }
        for (number, row) in deliveries where row.delivery.instanceID == id && row.delivery.state.isOpen {
            if let delivery = stored(number) {
                var ended = delivery
                ended.state = state
                file(ended, insteadOf: delivery)
            }
            deliveries[number]?.delivery.state = state
            deliveries[number]?.delivery.nextAttempt = nil
            deliveries[number]?.delivery.lastError = reason
        }
        lanes = lanes.filter { $0.key.instance != id }
        for (facet, events) in counters where facet.instance == id && facet.state.isOpen {
            var ended = facet
            ended.state = state
            counters[facet] = 0
            counters[ended, default: 0] += events
        }
    }
}
