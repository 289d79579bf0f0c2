package import Domain
import GRDB
import Logging
import Primitives

extension SQLiteStore {
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
                try transaction.run("DELETE FROM \(table) WHERE instance = ?", [instance.id])
            }
        }
    }

    package func deleteInstance(_ id: InstanceID) async throws {
        try await queue.perform { transaction in
            try transaction.state.instances.require(id)
            try transaction.run("DELETE FROM instance WHERE id = ?", [id])
            for table in InstanceRows.tablesOfDeletion {
                try transaction.run("DELETE FROM \(table) WHERE instance = ?", [id])
            }
            try transaction.cancelReplayJobsOfNoInstance()
            transaction.state.instances[id] = nil
        }
        fresh.withLock { $0.removeAll(of: id) }
        do {
            // From here on nothing of it is sent.
            while try await endDeliveries(ofGone: id) {}
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
                "DELETE FROM ledger WHERE id IN (SELECT id FROM ledger WHERE instance = ? LIMIT 2000)",
                [id]
            )
            return transaction.db.changesCount > 0
        }
    }

    package func removeRemains() async throws -> Bool {
        try await forgetStaleSuccessors()
        if let id = try await gone(leaving: "lane") { return try await endDeliveries(ofGone: id) }
        guard let id = try await gone(leaving: "ledger") else { return false }
        return try await removeLedgerSlice(id)
    }
}

extension WriteTransaction {
    /// Sealed here, with what this transaction finds in force.
    mutating func replace(_ instance: Instance) throws {
        try state.instances.require(instance.id)
        try write(InstanceRecord(instance, secrets))
        state.instances[instance.id] = instance
    }

    fileprivate func write(_ record: InstanceRecord) throws {
        try run(
            """
            INSERT OR REPLACE INTO instance (id, name, tags, settings, disabled, secrets, created, updated)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                record.id, record.name, record.tags, record.settings, record.isDisabled, record.secrets, record.created,
                record.updated,
            ]
        )
    }
}

extension InstanceRecord {
    init(_ row: Row) {
        self.init(
            id: row["id"],
            name: row["name"],
            tags: row["tags"],
            settings: row["settings"],
            isDisabled: row["disabled"],
            secrets: row["secrets"],
            created: row["created"],
            updated: row["updated"]
        )
    }
}
