#if PostgreSQL
import Domain
import Store

extension WriterState {
    /// What the last node left.
    init(reading connection: Connection, fence: Int64, secrets: SecretBox) throws {
        self.init()
        let turn = try NodeLease.holdTurn(connection, fence: fence)
        nextSequence = turn.sequence
        nextInstance = turn.instance
        for row in try connection.run("SELECT id, name FROM object ORDER BY id") {
            let name: String = row[1]
            objects[name.lowercased()] = row[0]
            objectNames.append(name)
        }
        for row in try connection.run("SELECT id, instance, name, tags FROM sender") {
            senders[Sender(instance: row[1], name: row[2], tags: row[3])] = row[0]
        }
        instances = InstanceTable(
            try connection.run("SELECT \(InstanceRecord.columns) FROM instance")
                .map { try InstanceRecord($0).instance(secrets) }
        )
    }
}
#endif
