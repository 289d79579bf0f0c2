#if PostgreSQL
import Domain
import Primitives
import Store

/// An open transaction of the writer, with the state that it will leave behind.
struct WriteTransaction {
    let connection: Connection
    /// Whose it is.
    let node: Int64
    var state: WriterState

    init(connection: Connection, node: Int64, state: WriterState) {
        self.connection = connection
        self.node = node
        self.state = state
    }

    @discardableResult
    func run(_ sql: String, _ values: [any PostgresValue] = []) throws -> Rows { try connection.run(sql, values) }

    /// The number that stands for an object's name, given at first sight.
    mutating func objectID(_ name: String) throws -> Int64 {
        let key = name.lowercased()
        if let id = state.objects[key] { return id }
        let id = Int64(state.objects.count) + 1
        try run("INSERT INTO object (id, name) VALUES ($1, $2)", [id, name])
        note(.object, id)
        state.objects[key] = id
        state.objectNames.append(name)
        return id
    }

    mutating func senderID(_ sender: WriterState.Sender) throws -> Int64 {
        if let id = state.senders[sender] { return id }
        let id = Int64(state.senders.count) + 1
        try run(
            "INSERT INTO sender (id, instance, name, tags) VALUES ($1, $2, $3, $4)",
            [id, sender.instance, sender.name, sender.tags]
        )
        note(.sender, id)
        state.senders[sender] = id
        return id
    }

    /// Writes what the jobs of this transaction have in common; once per commit.
    mutating func flush(mark: Int64) throws {
        try flushCounters()
        try flushTimes()
        try flushChanges()
        // Whoever loses the answer to the commit finds the mark, or doesn't.
        try run(
            """
            WITH own AS (UPDATE node_mark SET mark = $3, commits = commits + 1 WHERE node = $4)
            UPDATE turn SET sequence = $1, instance = $2, mark = $3, epoch = $5
            """,
            [state.nextSequence, state.nextInstance, mark, node, state.epoch]
        )
    }

    private mutating func flushChanges() throws {
        let changes = Set(state.changes)
        state.changes = []
        guard !changes.isEmpty else { return }
        state.epoch += 1
        if state.epoch.isMultiple(of: 64) { try NodeLease.prune(connection) }
        try run(
            "INSERT INTO change (epoch, kind, reference) SELECT $1, k, r FROM unnest($2, $3) u (k, r)",
            [state.epoch, Column(changes.map(\.kind.rawValue)), Column(changes.map(\.reference))]
        )
    }

    private mutating func flushTimes() throws {
        guard !state.times.times.isEmpty else { return }
        var (blocks, earliest, latest) = (Column<Int64>(), Column<Int64>(), Column<Int64>())
        for (block, times) in state.times.times {
            blocks.append(block)
            earliest.append(times.lowerBound)
            latest.append(times.upperBound)
        }
        try run(
            """
            INSERT INTO span (block, earliest, latest) SELECT * FROM unnest($1, $2, $3) ON CONFLICT (block) DO UPDATE
            SET earliest = least(span.earliest, excluded.earliest), latest = greatest(span.latest, excluded.latest)
            """,
            [blocks, earliest, latest]
        )
        state.times.removeAll()
    }

    /// Writes what this transaction has moved in the counters so far.
    mutating func flushCounters() throws {
        let changes = state.counters.events
        try write(changes.filter { $0.key.replay == nil }, to: "counter", "")
        try write(changes.filter { $0.key.replay != nil }, to: "replay_counter", ", replay")
        state.counters.removeAll()
    }

    private func write(_ changes: [Facet: Int64], to table: String, _ more: String) throws {
        if changes.isEmpty { return }
        var columns = [Column<Int64>](repeating: Column(), count: 6)
        for (facet, change) in changes {
            let values = [
                facet.instance, facet.object, facet.change.code, facet.state.code, change, facet.replay?.code ?? 0,
            ]
            for (number, value) in values.enumerated() { columns[number].append(value) }
        }
        let isReplay = !more.isEmpty
        try run(
            """
            INSERT INTO \(table) (instance, object, change, state, events\(more))
            SELECT * FROM unnest($1, $2, $3, $4, $5\(isReplay ? ", $6" : ""))
            ON CONFLICT (instance, object, change, state\(more)) DO UPDATE SET events = \(table).events + excluded.events
            """,
            Array(columns.prefix(isReplay ? 6 : 5))
        )
    }
}
#endif
