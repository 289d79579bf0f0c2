#if PostgreSQL
import Domain
import Store

// The lanes of `Lanes` as rows; the key of the table puts a lane's head first.

extension WriteTransaction {
    private func heads(_ instance: InstanceID, _ records: [String]) throws -> [String: Lanes.Head] {
        let rows = try run(
            """
            SELECT u.record_id, l.waiting, l.id FROM unnest($2) u (record_id) CROSS JOIN LATERAL
                (SELECT waiting, id FROM lane WHERE instance = $1 AND record_id = u.record_id
                 ORDER BY waiting, id LIMIT 1) l
            """,
            [instance, Column(records)]
        )
        return Dictionary(rows.map { ($0[0], Lanes.Head(id: $0[2], isWaiting: $0[1])) }) { $1 }
    }

    /// As ones that may go.
    func enterLanes(_ deliveries: [StoredDelivery]) throws {
        let (instances, records, ids) = columns(deliveries)
        try run(
            """
            INSERT INTO lane (instance, record_id, waiting, id)
            SELECT u.instance, u.record_id, 0, u.id FROM unnest($1, $2, $3) u (instance, record_id, id)
            """,
            [instances, records, ids]
        )
    }

    func leaveLanes(_ deliveries: [StoredDelivery]) throws {
        let (instances, records, ids) = columns(deliveries)
        try run(
            """
            DELETE FROM lane l USING unnest($1, $2, $3) u (instance, record_id, id)
            WHERE l.instance = u.instance AND l.record_id = u.record_id AND l.waiting IN (0, 1) AND l.id = u.id
            """,
            [instances, records, ids]
        )
    }

    private func columns(_ deliveries: [StoredDelivery]) -> (Column<Int64>, Column<String>, Column<Int64>) {
        var (instances, records, ids) = (Column<Int64>(), Column<String>(), Column<Int64>())
        for delivery in deliveries {
            for record in delivery.records {
                instances.append(delivery.instance)
                records.append(record)
                ids.append(delivery.id)
            }
        }
        return (instances, records, ids)
    }

    /// Lets the oldest waiting delivery of each lane that these are in go, if all its lanes are free; returns those that may.
    mutating func advanceLanes(of deliveries: [StoredDelivery]) throws -> [Int64] {
        var freed: [StoredDelivery] = []
        for instance in Set(deliveries.map(\.instance)).sorted() {
            var seen: Set<String> = []
            let records = deliveries.filter { $0.instance == instance }.flatMap(\.records)
                .filter { seen.insert($0).inserted }
            freed += try Lanes.freed(records) {
                try heads(instance, $0)
            } deliveries: { ids in
                try StoredDelivery.all(ids, connection)
            }
        }
        if freed.isEmpty { return [] }
        try leaveLanes(freed)
        try enterLanes(freed)
        try write(freed.map { (.freed, $0) })
        return freed.map(\.id)
    }
}
#endif
