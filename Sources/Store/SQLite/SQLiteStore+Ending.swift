import Domain
import GRDB

// What is open of an instance that was deleted is not sent any more from then on, and ends behind that in slices, so that
// other writers wait for none of them long, however many there are. House-keeping ends what a fault or a kill amid it left.

extension SQLiteStore {
    /// Rows of lanes that a transaction ends at once.
    static let endingSlice = 500

    /// Ends a part of what is open of an instance that is gone. False where nothing was left.
    func endDeliveries(ofGone id: InstanceID) async throws -> Bool {
        try await queue.perform { transaction in
            try transaction.endDeliveries(ofGone: id, limit: Self.endingSlice)
        }
    }

    /// An instance that is gone and has left something in a table.
    func gone(leaving table: String) async throws -> InstanceID? {
        try await look { db in
            try Int64.fetchOne(try db.cachedStatement(sql: InstanceRows.remains(in: table)))
        }
    }
}

extension WriteTransaction {
    /// Ends the first that stands in the lanes of an instance that is gone. Nothing enters these lanes any more, so that no
    /// lane has to be advanced.
    fileprivate mutating func endDeliveries(ofGone id: InstanceID, limit: Int) throws -> Bool {
        guard state.instances[id] == nil else { return false }
        let found = try rows(
            "SELECT record_id, id FROM lane WHERE instance = ? ORDER BY record_id, waiting, id LIMIT ?",
            [id, limit]
        )
        for row in found {
            let (record, number): (String, Int64) = (row[0], row[1])
            try leaveLane(id, record, number)
            guard let delivery = try StoredDelivery(number, self), delivery.state.isOpen else { continue }
            // Of several records: its other lanes.
            try leaveLanes(delivery)
            try endAsDeleted(delivery)
        }
        return !found.isEmpty
    }

    private mutating func endAsDeleted(_ delivery: StoredDelivery) throws {
        let code = DeliveryState.dead.code
        try run("UPDATE delivery SET state = ?, next_attempt = NULL, last_error = ? WHERE id = ?") {
            $0.add(code)
            $0.add(InstanceTable.deletionReason)
            $0.add(delivery.id)
        }
        let range = delivery.sequences
        try run("UPDATE event SET state = ? WHERE sequence >= ? AND sequence < ?") {
            $0.add(code)
            $0.add(range.lowerBound)
            $0.add(range.upperBound)
        }
        state.counters.move(delivery, to: .dead)
    }
}
