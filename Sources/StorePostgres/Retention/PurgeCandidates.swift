#if PostgreSQL
import Domain
import Primitives
import Store

/// The next deliveries that a purge may take, with everything that has to be known of them, read beside the writer.
struct PurgeCandidates: Sendable {
    /// Deliveries that are looked at together; those that stay are passed over quickly.
    private static let looked = 4096

    private(set) var all: [StoredDelivery] = []
    /// The last one that was looked at; nil where there are no more.
    private(set) var position: Int64?
    /// The newest bulk replay that was asked: one that is begun later may want what is here.
    let newestJob: Int64

    private struct Head {
        let id: Int64
        let instance: InstanceID
        let sequences: ClosedRange<Int64>
    }

    init(_ request: PurgeRequest, after position: Int64, atMost events: Int, _ connection: Connection) throws {
        newestJob = try Self.newestJob(connection)
        guard let end = try Self.end(of: request, connection), end > position else { return }
        let heads = try heads(request, after: position, through: end, atMost: events, connection)
        let wanted = try Self.wanted(heads, connection)
        all = try StoredDelivery.all(
            heads.filter { wanted.isDisjoint(with: $0.sequences) }.map(\.id),
            connection
        )
    }

    static func newestJob(_ connection: Connection) throws -> Int64 {
        try connection.run("SELECT coalesce(max(id), 0) FROM replay_job").number ?? 0
    }

    /// No delivery behind this one may go.
    private static func end(of request: PurgeRequest, _ connection: Connection) throws -> Int64? {
        var end = request.latestThrough
        if let before = request.latestBefore {
            let block = try connection.run(
                "SELECT block FROM span WHERE earliest < $1 ORDER BY block DESC LIMIT 1",
                [before.milliseconds]
            ).first
            if let block { end = max(end ?? 0, TimeBlocks.sequences(of: block[0]).upperBound) }
        }
        return end
    }

    /// Those that may go by themselves, oldest first.
    private mutating func heads(
        _ request: PurgeRequest,
        after position: Int64,
        through end: Int64,
        atMost events: Int,
        _ connection: Connection
    ) throws -> [Head] {
        let rows = try connection.run(
            """
            SELECT d.id, d.instance, d.state, d.replay, d.count, d.created, i.id IS NOT NULL FROM delivery d
            LEFT JOIN instance i ON i.id = d.instance WHERE d.id > $1 AND d.id <= $2 ORDER BY d.id LIMIT $3
            """,
            [position, end, Self.looked]
        )
        var (found, count): ([Head], Int64) = ([], 0)
        var seen = 0
        for row in rows where count < Int64(events) {
            let (id, number): (Int64, Int64) = (row[0], row[4])
            seen += 1
            self.position = id
            let sequences = id...(id + max(number, 1) - 1)
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
            found.append(Head(id: id, instance: delivery.instance, sequences: sequences))
            count += number
        }
        if count < Int64(events), seen < Self.looked { self.position = nil }
        return found
    }

    /// Of their events, those that open bulk replays will come to.
    private static func wanted(_ heads: [Head], _ connection: Connection) throws -> Set<Int64> {
        guard let first = heads.first?.sequences.lowerBound, let last = heads.last?.sequences.upperBound else {
            return []
        }
        let jobs = try connection.run(
            """
            SELECT \(ReplayJob.columns) FROM replay_job WHERE state = ANY ($1) AND position < $2 AND last_sequence >= $3
            """,
            [Column(ReplayJob.State.open), last, first]
        ).map { ReplayJob($0) }
        let index = PostgresEventIndex(connection: connection)
        return try jobs.reduce(into: []) { wanted, job in
            let ahead = heads.filter { $0.instance == job.instanceID }.flatMap(\.sequences)
                .filter { $0 > job.position && $0 <= job.lastSequence }
            guard !ahead.isEmpty else { return }
            let filter = try job.filter.numbered(index).indexed()
            wanted.formUnion(
                try ResidualFilter(filter, byFacets: false).map { try index.passing(ahead, $0) } ?? ahead
            )
        }
    }
}
#endif
