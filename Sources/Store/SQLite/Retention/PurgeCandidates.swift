import Domain
import GRDB
import Primitives

/// The next deliveries that a purge may take, with everything that has to be known of them, read beside the writer.
struct PurgeCandidates: Sendable {
    struct Candidate: Sendable {
        let delivery: StoredDelivery
        let words: [IndexedWords]
    }

    /// Deliveries that are looked at together; those that stay are passed over quickly.
    private static let looked = 4096
    /// Where records are large, a step ends with their bytes.
    private static let mostBytes = 512 * 1024

    private(set) var all: [Candidate] = []
    /// The last one that was looked at; nil where there are no more.
    private(set) var position: Int64?
    /// The newest bulk replay that was asked: one that is begun later may want what is here.
    let newestJob: Int64

    private struct Head {
        let delivery: StoredDelivery
        let sequences: ClosedRange<Int64>
    }

    init(_ request: PurgeRequest, after position: Int64, atMost events: Int, _ db: Database) throws {
        newestJob = try Self.newestJob(db)
        guard let end = try Self.end(of: request, db), end > position else { return }
        let heads = try self.heads(request, after: position, through: end, atMost: events, db)
        let wanted = try Self.wanted(heads, db)
        var bytes = 0
        for head in heads where wanted.isDisjoint(with: head.sequences) {
            let (candidate, size) = try Self.candidate(head, db)
            all.append(candidate)
            bytes += size
            guard bytes < Self.mostBytes else {
                self.position = head.delivery.id
                return
            }
        }
    }

    static func newestJob(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(try db.cachedStatement(sql: "SELECT max(id) FROM replay_job")) ?? 0
    }

    /// No delivery behind this one may go.
    private static func end(of request: PurgeRequest, _ db: Database) throws -> Int64? {
        var end = request.latestThrough
        if let before = request.latestBefore {
            let block = try Int64.fetchOne(
                try db.cachedStatement(sql: "SELECT block FROM span WHERE earliest < ? ORDER BY block DESC LIMIT 1"),
                arguments: [before.milliseconds]
            )
            if let block { end = max(end ?? 0, TimeBlocks.sequences(of: block).upperBound) }
        }
        return end
    }

    /// Those that may go by themselves, oldest first, without their records.
    private mutating func heads(
        _ request: PurgeRequest,
        after position: Int64,
        through end: Int64,
        atMost events: Int,
        _ db: Database
    ) throws -> [Head] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT d.id, d.instance, d.state, d.replay, d.count, d.created, i.id IS NOT NULL FROM delivery d
                LEFT JOIN instance i ON i.id = d.instance WHERE d.id > ? AND d.id <= ? ORDER BY d.id LIMIT ?
                """
        )
        let rows = try Row.fetchCursor(statement, arguments: [position, end, Self.looked])
        var (found, count, seen): ([Head], Int64, Int) = ([], 0, 0)
        while count < Int64(events), let row = try rows.next() {
            let (id, events): (Int64, Int64) = (row[0], row[4])
            seen += 1
            self.position = id
            let sequences = id...(id + max(events, 1) - 1)
            let delivery = StoredDelivery(
                id: id,
                instance: row[1],
                state: DeliveryState(code: row[2]),
                replay: (row[3] as Int64?).map { ReplayVerdict(code: $0) },
                // Their number is all that the rule asks of them.
                events: sequences.map { _ in .init(record: "", object: 0, change: .created) }
            )
            let created = Timestamp(milliseconds: row[5])
            guard request.allows(delivery, createdAt: created, instanceExists: row[6]) else { continue }
            found.append(Head(delivery: delivery, sequences: sequences))
            count += events
        }
        if count < Int64(events), seen < Self.looked { self.position = nil }
        return found
    }

    /// Of their events, those that open bulk replays will come to.
    private static func wanted(_ heads: [Head], _ db: Database) throws -> Set<Int64> {
        guard let first = heads.first?.sequences.lowerBound, let last = heads.last?.sequences.upperBound else {
            return []
        }
        let jobs = try Row.fetchAll(
            try db.cachedStatement(
                sql: """
                    SELECT * FROM replay_job WHERE state IN (SELECT value FROM json_each(?))
                    AND position < ? AND last_sequence >= ?
                    """
            ),
            arguments: [StringList.text(ReplayJob.State.open), last, first]
        ).map { ReplayJob($0) }
        let index = SQLiteEventIndex(db: db)
        return try jobs.reduce(into: []) { wanted, job in
            let ahead = heads.filter { $0.delivery.instance == job.instanceID }.flatMap(\.sequences)
                .filter { $0 > job.position && $0 <= job.lastSequence }
            guard !ahead.isEmpty else { return }
            let filter = try job.filter.numbered(index).indexed()
            wanted.formUnion(try ResidualFilter(filter, byFacets: false).map { try index.passing(ahead, $0) } ?? ahead)
        }
    }

    private static func candidate(_ head: Head, _ db: Database) throws -> (Candidate, bytes: Int) {
        let statement = try db.cachedStatement(
            sql: """
                SELECT e.record_id, e.object, e.change, e.record_name, p.record FROM event e
                JOIN payload p ON p.sequence = e.sequence WHERE e.sequence BETWEEN ? AND ? ORDER BY e.sequence
                """
        )
        let rows = try Row.fetchAll(statement, arguments: [head.sequences.lowerBound, head.sequences.upperBound])
        var (events, words, bytes): ([StoredDelivery.Event], [IndexedWords], Int) = ([], [], 0)
        for row in rows {
            let (object, change, record): (Int64, Change, String) = (row[1], Change(code: row[2]), row[4])
            events.append(.init(record: row[0], object: object, change: change))
            words.append(
                IndexedWords(
                    instance: head.delivery.instance,
                    object: object,
                    change: change,
                    name: row[3],
                    record: record
                )
            )
            bytes += record.utf8.count
        }
        let delivery = StoredDelivery(
            id: head.delivery.id,
            instance: head.delivery.instance,
            state: head.delivery.state,
            replay: head.delivery.replay,
            events: events
        )
        return (Candidate(delivery: delivery, words: words), bytes)
    }
}
