import Domain
import GRDB

// The lanes of `Lanes` as rows; the key of the table puts a lane's head first.

extension WriteTransaction {
    func laneHead(_ instance: InstanceID, _ record: String) throws -> Lanes.Head? {
        try first("SELECT waiting, id FROM lane WHERE instance = ? AND record_id = ? ORDER BY waiting, id LIMIT 1") {
            $0.add(instance)
            $0.add(record)
        } _: {
            Lanes.Head(id: $0.integer(1), isWaiting: $0.flag(0))
        }
    }

    func enterLanes(_ instance: InstanceID, _ records: [String], _ id: Int64, waiting: Bool) throws {
        for record in records {
            try run("INSERT INTO lane (instance, record_id, waiting, id) VALUES (?, ?, ?, ?)") {
                $0.add(instance)
                $0.add(record)
                $0.add(waiting)
                $0.add(id)
            }
        }
    }

    func leaveLanes(_ delivery: StoredDelivery) throws {
        for record in delivery.records { try leaveLane(delivery.instance, record, delivery.id) }
    }

    func leaveLane(_ instance: InstanceID, _ record: String, _ id: Int64) throws {
        try run("DELETE FROM lane WHERE instance = ? AND record_id = ? AND waiting IN (0, 1) AND id = ?") {
            $0.add(instance)
            $0.add(record)
            $0.add(id)
        }
    }

    /// Lets the oldest waiting delivery of each lane go, if all its lanes are free; returns those that may.
    mutating func advanceLanes(_ instance: InstanceID, _ records: [String]) throws -> [Int64] {
        let freed = try Lanes.freed(records) { records in
            try records.reduce(into: [:]) { $0[$1] = try laneHead(instance, $1) }
        } deliveries: { ids in
            try ids.compactMap { try StoredDelivery($0, self) }
        }
        for delivery in freed {
            try leaveLanes(delivery)
            try enterLanes(instance, delivery.records, delivery.id, waiting: false)
            try write(.freed, to: delivery)
        }
        return freed.map(\.id)
    }
}
