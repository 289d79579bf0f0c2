import Domain
import GRDB

extension WriterState {
    /// What the last process left.
    init(reading db: Database, secrets: SecretBox, former: [SecretBox]) throws {
        self.secrets = secrets
        formerSecrets = former
        nextSequence = try Int64.fetchOne(db, sql: "SELECT value FROM meta WHERE name = 'sequence'") ?? 1
        nextInstance = try Int64.fetchOne(db, sql: "SELECT value FROM meta WHERE name = 'instance'") ?? 1
        for row in try Row.fetchAll(db, sql: "SELECT id, name FROM object ORDER BY id") {
            let name: String = row[1]
            objects[name.lowercased()] = row[0]
            objectNames.append(name)
        }
        for row in try Row.fetchAll(db, sql: "SELECT id, instance, name, tags FROM sender") {
            senders[Sender(instance: row[1], name: row[2], tags: row[3])] = row[0]
        }
        instances = InstanceTable(
            try Row.fetchAll(db, sql: "SELECT * FROM instance").map { try InstanceRecord($0).instance(secrets) }
        )
    }
}
