#if PostgreSQL
import Domain
import Logging
import Store

// What is open of an instance that was deleted is not sent any more from then on, and ends behind that in slices, so that
// other writers wait for none of them long, however many there are. A node that died amid it leaves the rest to the next
// start, or to the node that notices its death.

extension PostgresStore {
    /// Rows of lanes that a transaction ends at once.
    static let endingSlice = 500

    /// Ends what is open of an instance that is gone.
    func endDeliveries(ofGone id: InstanceID) async throws {
        var place: String? = ""
        while let from = place {
            place = try await queue.perform { transaction in
                try transaction.endDeliveries(ofGone: id, from: from, limit: Self.endingSlice)
            }
        }
    }

    /// Ends what nobody has ended of instances that are gone.
    func endDeliveriesOfGone() async {
        do {
            for id in try await read({ try Self.goneInstances($0) }) { try await endDeliveries(ofGone: id) }
        } catch {
            guard maySend else { return }
            logger.warning(
                "What is open of a deleted instance could not be ended; the next start tries it again",
                metadata: ["error": "\(error)"]
            )
        }
    }

    /// Instances that are gone with something left in their lanes.
    static func goneInstances(_ connection: Connection) throws -> [InstanceID] {
        try connection.run(
            """
            SELECT c.instance FROM (SELECT DISTINCT instance FROM counter) c
            WHERE NOT EXISTS (SELECT 1 FROM instance i WHERE i.id = c.instance)
            AND EXISTS (SELECT 1 FROM lane l WHERE l.instance = c.instance) ORDER BY c.instance
            """
        ).map { $0[0] }
    }
}

extension WriteTransaction {
    /// Ends what stands in the lanes of an instance that is gone, from a record on; returns the record to go on from, or nil at
    /// the end. Nothing enters these lanes any more, so that nothing before that record is left.
    fileprivate mutating func endDeliveries(ofGone id: InstanceID, from record: String, limit: Int) throws -> String? {
        guard state.instances[id] == nil else { return nil }
        let rows = try run(
            """
            SELECT record_id, id FROM lane WHERE instance = $1 AND record_id >= $2
            ORDER BY record_id, waiting, id LIMIT $3
            """,
            [id, record, limit]
        )
        guard let last = rows.last else { return nil }
        var (records, ids) = (Column<String>(), Column<Int64>())
        var seen: Set<Int64> = []
        for row in rows {
            records.append(row[0])
            ids.append(row[1])
            seen.insert(row[1])
        }
        try run(
            """
            DELETE FROM lane l USING unnest($2, $3) u (record_id, id)
            WHERE l.instance = $1 AND l.record_id = u.record_id AND l.waiting IN (0, 1) AND l.id = u.id
            """,
            [id, records, ids]
        )
        let open = try StoredDelivery.all(seen.sorted(), connection).filter(\.state.isOpen)
        // Of several records: their other lanes.
        try leaveLanes(open)
        try run(
            "UPDATE delivery SET state = $1, next_attempt = NULL, last_error = $2 WHERE id = ANY ($3)",
            [DeliveryState.dead.code, InstanceTable.deletionReason, Column(open.map(\.id))]
        )
        try run(
            "UPDATE event SET state = $1 WHERE sequence = ANY ($2)",
            [DeliveryState.dead.code, Column(open.flatMap(\.sequences))]
        )
        for delivery in open { state.counters.move(delivery, to: .dead) }
        return last[0]
    }
}
#endif
