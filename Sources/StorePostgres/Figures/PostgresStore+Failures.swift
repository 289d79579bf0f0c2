#if PostgreSQL
package import Domain
import Foundation
import Primitives
import Store

extension PostgresStore {
    /// The groups are counted over an index that holds failures only. Objects and answers come from the newest of each.
    package func failures(_ id: InstanceID) async throws -> [FailureGroup] {
        try await look { try Self.failures(id, $0) }
    }

    private static func failures(_ id: InstanceID, _ connection: Connection) throws -> [FailureGroup] {
        let groups = try connection.run(
            """
            SELECT last_status, last_error, sum(count)::bigint, min(created), max(created) FROM delivery
            WHERE instance = $1 AND \(isFailure)
            GROUP BY last_status, last_error ORDER BY 3 DESC, 1 NULLS FIRST, 2 LIMIT $2
            """,
            [id, FailureGroup.most]
        ).map { row in
            let (status, error): (Int?, String) = (row[0], row[1])
            let newest = try newest(id, status, error, connection)
            return FailureGroup(
                status: status,
                error: error,
                events: row[2],
                objects: try objects(newest, connection),
                answers: status == nil ? [] : try answers(newest.prefix(FailureGroup.answered), connection),
                since: Timestamp(milliseconds: row[3]),
                last: Timestamp(milliseconds: row[4])
            )
        }
        return groups + [try replays(id, connection)].compactMap { $0 }
    }

    /// Word for word the condition of the index.
    private static let isFailure = "last_error IS NOT NULL AND state < 4 AND coalesce(replay, 0) = 0"

    /// Events whose last replay failed, with their deliveries: an index holds what was replayed, and nothing else.
    private static let failedReplays = """
        FROM event e JOIN delivery d ON d.id = e.notification
        WHERE e.instance = $1 AND e.replay = \(ReplayVerdict.failed.code)
        """

    /// Nil where none failed.
    private static func replays(_ id: InstanceID, _ connection: Connection) throws -> FailureGroup? {
        let counted = try connection.run(
            "SELECT count(*), min(d.replay_at), max(d.replay_at) \(failedReplays)",
            [id]
        )
        guard let row = counted.first, let since = row[1] as Int64?, let last = row[2] as Int64? else { return nil }
        let sample = try connection.run(
            """
            SELECT d.id, d.replay_status, d.replay_error \(failedReplays)
            GROUP BY d.id ORDER BY d.replay_at DESC, d.id DESC LIMIT $2
            """,
            [id, FailureGroup.sample]
        )
        let outcome = sample.first.map { AttemptOutcome(status: $0[1], failure: $0[2]) }
        return FailureGroup(
            status: nil,
            error: outcome?.errorText ?? "",
            events: row[0],
            objects: try objects(sample.map { $0[0] }, connection),
            answers: [],
            since: Timestamp(milliseconds: since),
            last: Timestamp(milliseconds: last),
            isReplay: true
        )
    }

    private static func newest(
        _ id: InstanceID,
        _ status: Int?,
        _ error: String,
        _ connection: Connection
    ) throws -> [Int64] {
        try connection.run(
            """
            SELECT id FROM delivery WHERE instance = $1 AND last_status IS NOT DISTINCT FROM $2 AND last_error = $3
            AND \(isFailure) ORDER BY id DESC LIMIT $4
            """,
            [id, status, error, FailureGroup.sample]
        ).map { $0[0] }
    }

    private static func objects(_ deliveries: [Int64], _ connection: Connection) throws -> [String] {
        try connection.run(
            """
            SELECT DISTINCT o.name FROM event e JOIN object o ON o.id = e.object WHERE e.sequence = ANY ($1) ORDER BY 1
            """,
            [Column(deliveries)]
        ).map { $0[0] }
    }

    private static func answers(_ deliveries: some Sequence<Int64>, _ connection: Connection) throws -> [String] {
        FailureGroup.different(
            try deliveries.map { delivery in
                let row = try connection.run(
                    """
                    SELECT substr(body, 1, $1::int) FROM attempt WHERE notification = $2 AND replay = 0
                    ORDER BY id DESC LIMIT 1
                    """,
                    [4 * FailureGroup.longestAnswer, delivery]
                ).first
                return FailureGroup.start(of: row.map { $0[0] } ?? [])
            }
        )
    }
}
#endif
