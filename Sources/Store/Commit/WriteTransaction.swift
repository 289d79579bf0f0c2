import Domain
import GRDB

/// An open transaction of the writer, with the state that it will leave behind.
struct WriteTransaction {
    let db: Database
    var state: WriterState

    /// Runs one statement, prepared once per connection.
    func run(_ sql: String, _ arguments: [(any DatabaseValueConvertible)?]) throws {
        let statement = try db.cachedStatement(sql: sql)
        statement.setUncheckedArguments(StatementArguments(arguments))
        try statement.execute()
    }

    func row(_ sql: String, _ arguments: [(any DatabaseValueConvertible)?]) throws -> Row? {
        try Row.fetchOne(try db.cachedStatement(sql: sql), arguments: StatementArguments(arguments))
    }

    func rows(_ sql: String, _ arguments: [(any DatabaseValueConvertible)?]) throws -> [Row] {
        try Row.fetchAll(try db.cachedStatement(sql: sql), arguments: StatementArguments(arguments))
    }

    /// The number that stands for an object's name, given at first sight.
    mutating func objectID(_ name: String) throws -> Int64 {
        let key = name.lowercased()
        if let id = state.objects[key] { return id }
        let id = Int64(state.objects.count) + 1
        try run("INSERT INTO object (id, name) VALUES (?, ?)", [id, name])
        state.objects[key] = id
        return id
    }

    mutating func senderID(_ sender: WriterState.Sender) throws -> Int64 {
        if let id = state.senders[sender] { return id }
        let id = Int64(state.senders.count) + 1
        try run(
            "INSERT INTO sender (id, instance, name, tags) VALUES (?, ?, ?, ?)",
            [id, sender.instance, sender.name, sender.tags]
        )
        state.senders[sender] = id
        return id
    }

    /// A facet with a replay's verdict is counted beside the one without, not in its place.
    mutating func count(_ facet: Facet, _ change: Int64) { state.countChanges[facet, default: 0] += change }

    mutating func noteTime(_ time: Int64, sequence: Int64) {
        let block = sequence / Schema.spanWidth
        guard let known = state.spanChanges[block] else {
            state.spanChanges[block] = time...time
            return
        }
        state.spanChanges[block] = min(known.lowerBound, time)...max(known.upperBound, time)
    }

    /// Writes what the jobs of this transaction have in common; once per commit.
    mutating func flush(before: WriterState) throws {
        try flushCounts()
        for (block, times) in state.spanChanges {
            try run(
                """
                INSERT INTO span (block, earliest, latest) VALUES (?, ?, ?) ON CONFLICT DO UPDATE
                SET earliest = min(earliest, excluded.earliest), latest = max(latest, excluded.latest)
                """,
                [block, times.lowerBound, times.upperBound]
            )
        }
        if state.nextSequence != before.nextSequence {
            try run("INSERT OR REPLACE INTO meta (name, value) VALUES ('sequence', ?)", [state.nextSequence])
        }
        if state.nextInstance != before.nextInstance {
            try run("INSERT OR REPLACE INTO meta (name, value) VALUES ('instance', ?)", [state.nextInstance])
        }
        state.spanChanges.removeAll(keepingCapacity: true)
    }
    /// Writes the counters that this transaction has moved so far.
    mutating func flushCounts() throws {
        for (facet, change) in state.countChanges where change != 0 {
            if let replay = facet.replay {
                try run(
                    """
                    INSERT INTO replay_counter (instance, object, change, state, replay, events)
                    VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET events = events + excluded.events
                    """,
                    [facet.instance, facet.object, facet.change, facet.state, replay, change]
                )
                continue
            }
            try run(
                """
                INSERT INTO counter (instance, object, change, state, events) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET events = events + excluded.events
                """,
                [facet.instance, facet.object, facet.change, facet.state, change]
            )
        }
        state.countChanges.removeAll(keepingCapacity: true)
    }
}
