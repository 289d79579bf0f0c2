import Domain
import GRDB

/// An open transaction of the writer, with the state that it will leave behind.
struct WriteTransaction {
    let db: Database
    var state: WriterState
    let prepared = PreparedStatements()

    init(db: Database, state: WriterState) {
        self.db = db
        self.state = state
    }

    /// Runs a statement that runs for every event; `bind` adds its values in their order.
    func run(_ sql: StaticString, _ bind: (inout Bindings) -> Void) throws {
        _ = try first(sql, bind) { _ in }
    }

    /// The first row of such a statement.
    func first<Value>(
        _ sql: StaticString,
        _ bind: (inout Bindings) -> Void,
        _ read: (BoundRow) throws -> Value
    ) throws -> Value? {
        var bindings = Bindings(try prepared.statement(sql, db))
        bind(&bindings)
        return try bindings.run(in: db, read)
    }

    /// All rows of such a statement.
    func each(
        _ sql: StaticString,
        _ bind: (inout Bindings) -> Void,
        _ read: (BoundRow) throws -> Void
    ) throws {
        var bindings = Bindings(try prepared.statement(sql, db))
        bind(&bindings)
        try bindings.each(in: db, read)
    }

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
        state.objectNames.append(name)
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
                """
            ) {
                $0.add(block)
                $0.add(times.lowerBound)
                $0.add(times.upperBound)
            }
        }
        state.times.removeAll()
        if state.nextSequence != before.nextSequence {
            try run("INSERT OR REPLACE INTO meta (name, value) VALUES ('sequence', ?)") { $0.add(state.nextSequence) }
        }
        if state.nextInstance != before.nextInstance {
            try run("INSERT OR REPLACE INTO meta (name, value) VALUES ('instance', ?)", [state.nextInstance])
        }
    }

    /// Writes what this transaction has moved in the counters so far.
    mutating func flushCounters() throws {
        for (facet, change) in state.counters.events {
            func bind(_ values: inout Bindings) {
                values.add(facet.instance)
                values.add(facet.object)
                values.add(facet.change.code)
                values.add(facet.state.code)
                if let replay = facet.replay { values.add(replay.code) }
                values.add(change)
            }
            if facet.replay != nil {
                try run(
                    """
                    INSERT INTO replay_counter (instance, object, change, state, replay, events)
                    VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET events = events + excluded.events
                    """,
                    bind
                )
            } else {
                try run(
                    """
                    INSERT INTO counter (instance, object, change, state, events) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET events = events + excluded.events
                    """,
                    bind
                )
            }
        }
        state.counters.removeAll()
    }
}
