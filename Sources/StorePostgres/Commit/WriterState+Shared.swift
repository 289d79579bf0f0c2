#if PostgreSQL
import Domain
import Store

// What all nodes of a database keep in memory. Whoever changes it moves the epoch of the turn, so that each transaction sees
// by the turn row alone whether there is anything to be read again.

extension WriterState {
    /// Brings the state up to an epoch, with the turn held. That of a node which has just come is read as a whole, and so it is
    /// over a new connection: it may be to a server that took over and has lost the last commits, with numbers that were
    /// given in them, and others may have moved the epoch since.
    ///
    /// - Throws: `NodeLease.Lost` where this node was taken for dead.
    mutating func refresh(to turn: Int64, of node: Int64, _ connection: Connection, isNew: Bool = false) throws {
        guard turn != epoch || isNew else { return }
        try NodeLease.checkPresence(connection, of: node)
        let (isFirst, isBehind) = (epoch < 0, turn < epoch)
        let readsAll = isFirst || isBehind || isNew
        var changes: Set<StoreChange> = []
        if !isFirst {
            for row in try connection.run("SELECT DISTINCT kind, reference FROM change WHERE epoch > $1", [epoch]) {
                if let kind = StoreChange.Kind(rawValue: row[0]) { changes.insert(StoreChange(kind, row[1])) }
            }
        }
        var kinds = Set(changes.map(\.kind))
        if readsAll { kinds.formUnion([.nodes, .lease, .object, .sender, .instance]) }
        if readsAll, !isFirst { kinds.insert(.key) }
        if kinds.contains(.key), let former = secrets {
            secrets = try DatabaseKey.inForce(connection, from: former)
        }
        if kinds.contains(.object) { try readObjects(connection) }
        if kinds.contains(.sender) { try readSenders(connection) }
        if kinds.contains(.instance) {
            let before = instances
            let named = changes.filter { $0.kind == .instance }.map(\.reference)
            try readInstances(readsAll ? nil : named, connection)
            if readsAll, !isFirst { changes.formUnion(differences(from: before)) }
        }
        // What was due, and who held what, may have gone back as well.
        let gone: [StoreChange.Kind] = isBehind ? [.nodes, .lease, .due, .callbackHold] : []
        for kind in gone { changes.insert(StoreChange(kind)) }
        if !kinds.isDisjoint(with: [.lease, .nodes, .instance, .callbackHold, .refusal]) {
            try readLeases(of: node, connection)
        }
        epoch = turn
        found += changes
    }

    private func differences(from before: InstanceTable) -> [StoreChange] {
        Set((before.all + instances.all).map(\.id)).filter { before[$0] != instances[$0] }
            .map { StoreChange(.instance, $0) }
    }

    private mutating func readObjects(_ connection: Connection) throws {
        objects = [:]
        objectNames = []
        for row in try connection.run("SELECT id, name FROM object ORDER BY id") {
            let name: String = row[1]
            objects[name.lowercased()] = row[0]
            objectNames.append(name)
        }
    }

    private mutating func readSenders(_ connection: Connection) throws {
        senders = [:]
        for row in try connection.run("SELECT id, instance, name, tags FROM sender") {
            senders[Sender(instance: row[1], name: row[2], tags: row[3])] = row[0]
        }
    }

    /// Some of them; nil: all.
    private mutating func readInstances(_ ids: [InstanceID]?, _ connection: Connection) throws {
        let rows =
            try ids.map {
                try connection.run("SELECT \(InstanceRecord.columns) FROM instance WHERE id = ANY ($1)", [Column($0)])
            } ?? connection.run("SELECT \(InstanceRecord.columns) FROM instance")
        guard let secrets else { throw StoreError.noKey }
        if let ids { for id in ids { instances[id] = nil } } else { instances = InstanceTable() }
        for row in rows {
            let instance = try InstanceRecord(row).instance(secrets)
            instances[instance.id] = instance
        }
    }

    fileprivate mutating func readLeases(of node: Int64, _ connection: Connection) throws {
        leases = InstanceLeases()
        heldCallbacks = []
        refusals = [:]
        for row in try connection.run("SELECT instance, node, held, refused_sender, refused_reason FROM lease") {
            let id: InstanceID = row[0]
            leases[id] = row[1]
            if row[2] { heldCallbacks.insert(id) }
            guard let sender = row[3] as String?, let reason = row[4] as String? else { continue }
            refusals[id] = SharedRefusal(sender: sender, reason: reason)
        }
        let rows = try connection.run(
            """
            SELECT fence, name, version, address, receiver,
                to_char(started AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') FROM node ORDER BY fence
            """
        )
        let names = Dictionary(grouping: rows.map { $0[1] as String }, by: \.self)
        nodes = rows.map { row in
            let (number, name): (Int64, String) = (row[0], row[1])
            return StoreNode(
                number: number,
                // Those of one name are told apart.
                name: names[name]?.count == 1 ? name : "\(name) (\(number))",
                version: row[2],
                management: row[3],
                receiver: row[4],
                started: row[5],
                isOwn: row[0] == node,
                instances: leases.all(of: row[0]).count
            )
        }
    }
}

extension WriteTransaction {
    /// Notes a change of what all nodes keep in memory; the others hear of it when this is committed.
    mutating func note(_ kind: StoreChange.Kind, _ reference: Int64 = 0) {
        state.changes.append(StoreChange(kind, reference))
    }

    /// - Throws: the sentence for whoever does a holder's work on an instance that another node holds.
    func requireHeld(_ id: InstanceID) throws(StoreError) {
        guard let holder = state.leases[id], holder != node else { return }
        throw StoreError.isElsewhere(id)
    }

    /// Gives this node what it may hold and nobody does, and takes away what nodes held that give no sign of life any more.
    mutating func settleLeases(by signs: SignsOfLife, isFirst: Bool = false) throws -> [String] {
        if isFirst {
            // What came by a move or was made by an earlier version has none yet.
            try run(
                """
                INSERT INTO lease (instance, node, fence) SELECT id, 0, 0 FROM instance UNION SELECT $1, 0, 0
                ON CONFLICT DO NOTHING
                """,
                [InstanceLeases.keeping]
            )
        }
        let dead = try NodeLease.removeDead(connection, by: signs)
        if isFirst || !dead.isEmpty { try reload() }
        if !dead.isEmpty { note(.nodes) }
        let free = state.leases.available(of: node, among: state.nodes.map(\.number))
        guard !free.isEmpty else { return dead }
        try run(
            "UPDATE lease SET node = $1, fence = fence + 1, held = false WHERE instance = ANY ($2)",
            [node, Column(free)]
        )
        note(.lease)
        try reload()
        return dead
    }

    /// This node goes, and holds nothing any more.
    mutating func leave() throws {
        try run("DELETE FROM node WHERE fence = $1", [node])
        try NodeLease.forget(connection)
        note(.nodes)
    }

    mutating func release(_ id: InstanceID) throws {
        try run("UPDATE lease SET node = 0, held = false WHERE instance = $1 AND node = $2", [id, node])
        note(.lease, id)
        try reload()
    }

    mutating func reload() throws { try state.readLeases(of: node, connection) }
}

extension StoreError {
    static func isElsewhere(_ id: InstanceID) -> StoreError {
        StoreError(.elsewhere, "Another node works for the instance \(id) by now; ask again.")
    }
}
#endif
