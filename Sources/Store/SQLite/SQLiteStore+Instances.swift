package import Domain
import GRDB
import Primitives

// Instances are few and read on every webhook: they are kept in memory, as of the last commit.

extension SQLiteStore {
    package func instances() async throws -> [Instance] {
        queue.state.instances.values.sorted { $0.id < $1.id }
    }

    package func instance(_ id: InstanceID) async throws -> Instance? { queue.state.instances[id] }

    package func instance(receiverToken: String) async throws -> Instance? {
        queue.state.instances.values.first {
            ConstantTime.equal($0.receiverToken, receiverToken) && !receiverToken.isEmpty
        }
    }

    package func instance(elementToken: String) async throws -> Instance? {
        queue.state.instances.values.first { ConstantTime.equal($0.token, elementToken) && !elementToken.isEmpty }
    }

    package func createInstance(_ make: @Sendable (InstanceID) -> Instance) async throws -> Instance {
        let id = try await queue.perform { transaction in
            let id = transaction.state.nextInstance
            transaction.state.nextInstance += 1
            return id
        }
        let instance = make(id)
        let columns = SendableColumns(try instance.columns(secrets))
        try await queue.perform { transaction in
            try transaction.run(
                """
                INSERT INTO instance (id, name, tags, settings, disabled, secrets, created, updated)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
                columns.values
            )
            transaction.state.instances[id] = instance
        }
        return instance
    }

    package func updateInstance(_ instance: Instance) async throws {
        let columns = SendableColumns(try instance.columns(secrets))
        try await queue.perform { transaction in try transaction.replace(instance, columns) }
    }

    package func beginAnew(_ instance: Instance) async throws {
        let columns = SendableColumns(try instance.columns(secrets))
        // All at once, however long the ledger: half of it under the new org would call its records known.
        try await queue.perform { transaction in
            try transaction.replace(instance, columns)
            for table in ["poller", "message", "ledger"] {
                try transaction.run("DELETE FROM \(table) WHERE instance = ?", [instance.id])
            }
        }
    }

    package func deleteInstance(_ id: InstanceID) async throws {
        try await queue.perform { transaction in
            try transaction.requireInstance(id)
            try transaction.run("DELETE FROM instance WHERE id = ?", [id])
            try transaction.run("DELETE FROM poller WHERE instance = ?", [id])
            try transaction.run("DELETE FROM callback_hold WHERE instance = ?", [id])
            try transaction.run("DELETE FROM message WHERE instance = ?", [id])
            try transaction.endOpenDeliveries(id, as: .dead, reason: "the instance was deleted")
            transaction.state.instances[id] = nil
        }
        // In slices, so that other writers don't wait for a long ledger to go.
        while try await queue.perform({ transaction in
            try transaction.run(
                "DELETE FROM ledger WHERE id IN (SELECT id FROM ledger WHERE instance = ? LIMIT 2000)",
                [id]
            )
            return transaction.db.changesCount > 0
        }) {}
    }
}

/// Column values as GRDB's own Sendable kind.
struct SendableColumns: Sendable {
    private let stored: [DatabaseValue]

    init(_ values: [(any DatabaseValueConvertible)?]) { stored = values.map { $0?.databaseValue ?? .null } }

    var values: [(any DatabaseValueConvertible)?] { stored }
}

extension WriteTransaction {
    fileprivate mutating func replace(_ instance: Instance, _ columns: SendableColumns) throws {
        try requireInstance(instance.id)
        try run(
            """
            INSERT OR REPLACE INTO instance (id, name, tags, settings, disabled, secrets, created, updated)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            columns.values
        )
        state.instances[instance.id] = instance
    }

    /// Leads the ends of former secrets over to the clock as it is set now; none has longer than when it was rotated away.
    mutating func settleFormerSecrets(step: Int64, now: Timestamp, _ secrets: SecretBox) throws {
        let latest = now.advanced(byMilliseconds: FormerSecret.lifetime)
        for var instance in state.instances.values {
            let settled = instance.formerReceiverSecrets.map {
                FormerSecret(secret: $0.secret.exposed, expires: min($0.expires.advanced(byMilliseconds: step), latest))
            }
            guard settled != instance.formerReceiverSecrets else { continue }
            instance.formerReceiverSecrets = settled
            try replace(instance, SendableColumns(try instance.columns(secrets)))
        }
    }

    func requireInstance(_ id: InstanceID) throws {
        guard state.instances[id] != nil else { throw StoreError(.other, "Instance \(id) doesn't exist (any more).") }
    }
}
