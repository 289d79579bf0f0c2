#if PostgreSQL
package import Domain
import Logging
import Primitives
import Store

extension PostgresStore {
    package func instances() async throws -> [Instance] { queue.state.instances.all }

    package func instance(_ id: InstanceID) async throws -> Instance? { queue.state.instances[id] }

    package func instance(elementToken: String) async throws -> Instance? {
        queue.state.instances.instance(elementToken: elementToken)
    }

    package func createInstance(_ make: @Sendable (InstanceID) -> Instance) async throws -> Instance {
        let id = try await queue.perform { transaction in
            let id = transaction.state.nextInstance
            transaction.state.nextInstance += 1
            return id
        }
        let instance = make(id)
        try await queue.perform { transaction in
            try transaction.write(InstanceRecord(instance, transaction.secrets))
            // Who makes it works for it.
            try transaction.run("INSERT INTO lease (instance, node, fence) VALUES ($1, $2, 1)", [id, transaction.node])
            transaction.note(.lease, id)
            try transaction.reload()
            transaction.state.instances[id] = instance
        }
        return instance
    }

    package func updateInstance(_ instance: Instance) async throws {
        try await queue.perform { transaction in try transaction.replace(instance) }
    }

    package func beginAnew(_ instance: Instance) async throws {
        // All at once, however long the ledger: half of it under the new org would call its records known.
        try await queue.perform { transaction in
            try transaction.replace(instance)
            for table in InstanceRows.tablesOfOrganization {
                try transaction.run("DELETE FROM \(table) WHERE instance = $1", [instance.id])
            }
        }
    }

    package func deleteInstance(_ id: InstanceID) async throws {
        try await queue.perform { transaction in
            try transaction.state.instances.require(id)
            try transaction.requireHeld(id)
            try transaction.run("DELETE FROM instance WHERE id = $1", [id])
            for table in InstanceRows.tablesOfDeletion + ["lease"] {
                try transaction.run("DELETE FROM \(table) WHERE instance = $1", [id])
            }
            try transaction.cancelReplayJobsOfNoInstance()
            transaction.state.instances[id] = nil
            transaction.note(.instance, id)
            transaction.note(.lease, id)
            try transaction.reload()
        }
        fresh.withLock { $0.removeAll(of: id) }
        do {
            // From here on nothing of it is sent.
            try await endDeliveries(ofGone: id)
            while try await removeLedgerSlice(id) {}
        } catch {
            // The instance is gone all the same.
            logger.notice(
                "What is left of a deleted instance is left to house-keeping",
                metadata: ["instance": "\(id)", "error": "\(error)"]
            )
        }
    }

    /// In slices, so that other writers don't wait for a long ledger to go. False where nothing was left.
    private func removeLedgerSlice(_ id: InstanceID) async throws -> Bool {
        try await queue.perform { transaction in
            try transaction.run(
                """
                DELETE FROM ledger WHERE (instance, object, record_id) IN
                    (SELECT instance, object, record_id FROM ledger WHERE instance = $1 LIMIT 2000)
                """,
                [id]
            ).changed > 0
        }
    }

    package func removeRemains() async throws -> Bool {
        // Another node keeps house.
        guard isHeld(InstanceLeases.keeping) else { return false }
        for id in try await look({ try Self.goneInstances($0) }) { try await endDeliveries(ofGone: id) }
        guard let id = try await look({ try $0.run(InstanceRows.remains(in: "ledger")).number }) else { return false }
        return try await removeLedgerSlice(id)
    }
}

extension WriteTransaction {
    mutating func replace(_ instance: Instance) throws {
        try state.instances.require(instance.id)
        try requireHeld(instance.id)
        try write(InstanceRecord(instance, secrets))
        state.instances[instance.id] = instance
    }

    fileprivate mutating func write(_ record: InstanceRecord) throws {
        note(.instance, record.id)
        try run(
            """
            INSERT INTO instance (\(InstanceRecord.columns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, tags = excluded.tags, settings = excluded.settings,
                disabled = excluded.disabled, secrets = excluded.secrets, created = excluded.created,
                updated = excluded.updated
            """,
            [
                record.id, record.name, record.tags, record.settings, record.isDisabled, record.secrets,
                record.created,
                record.updated,
            ]
        )
    }
}

extension InstanceRecord {
    static let columns = "id, name, tags, settings, disabled, secrets, created, updated"

    init(_ row: Row) {
        self.init(
            id: row[0],
            name: row[1],
            tags: row[2],
            settings: row[3],
            isDisabled: row[4],
            secrets: row[5],
            created: row[6],
            updated: row[7]
        )
    }
}
#endif
