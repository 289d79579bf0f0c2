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

    /// Writes what the jobs of this transaction have in common; once per commit.
    mutating func flush(before: WriterState) throws {
        try flushCounters()
        for (block, times) in state.times.times {
            try run(
                """
                INSERT INTO span (block, earliest, latest) VALUES (?, ?, ?) ON CONFLICT DO UPDATE
                SET earliest = min(earliest, excluded.earliest), latest = max(latest, excluded.latest)
                """,
                [block, times.lowerBound, times.upperBound]
            )
        }
        state.times.removeAll()
        if state.nextSequence != before.nextSequence {
            try run("INSERT OR REPLACE INTO meta (name, value) VALUES ('sequence', ?)", [state.nextSequence])
        }
        if state.nextInstance != before.nextInstance {
            try run("INSERT OR REPLACE INTO meta (name, value) VALUES ('instance', ?)", [state.nextInstance])
        }
    }

    /// Writes what this transaction has moved in the counters so far.
    mutating func flushCounters() throws {
        for (facet, change) in state.counters.events {
            let key = [facet.instance, facet.object, facet.change.code, facet.state.code]
            if let replay = facet.replay {
                try run(
                    """
                    INSERT INTO replay_counter (instance, object, change, state, replay, events)
                    VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET events = events + excluded.events
                    """,
                    key + [replay.code, change]
                )
            } else {
                try run(
                    """
                    INSERT INTO counter (instance, object, change, state, events) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET events = events + excluded.events
                    """,
                    key + [change]
                )
            }
        }
        state.counters.removeAll()
    }
}
