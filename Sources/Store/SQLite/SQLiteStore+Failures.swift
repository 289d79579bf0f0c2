package import Domain
import Foundation
import GRDB
import Primitives

extension SQLiteStore {
    /// The groups are counted in one pass over an index that holds failures only, and nothing else is read of them. Objects
    /// and answers come from the newest of each.
    package func failures(_ id: InstanceID) async throws -> [FailureGroup] {
        try await look { db in try Self.failures(id, db) }
    }

    static func failures(_ id: InstanceID, _ db: Database) throws -> [FailureGroup] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT last_status, last_error, sum(count), min(created), max(created)
                FROM delivery INDEXED BY delivery_failure WHERE instance = ? AND \(isFailure)
                GROUP BY last_status, last_error ORDER BY 3 DESC, 1, 2 LIMIT ?
                """
        )
        let groups = try Row.fetchAll(statement, arguments: [id, FailureGroup.most]).map { row in
            let (status, error): (Int?, String) = (row[0], row[1])
            let newest = try newest(id, status, error, db)
            return FailureGroup(
                status: status,
                error: error,
                events: row[2],
                objects: try objects(newest, db),
                answers: status == nil ? [] : try answers(newest.prefix(FailureGroup.answered), db),
                since: Timestamp(milliseconds: row[3]),
                last: Timestamp(milliseconds: row[4])
            )
        }
        return groups + [try replays(id, db)].compactMap { $0 }
    }

    /// Events whose last replay failed, with their deliveries: an index holds what was replayed, and nothing else.
    private static let failedReplays = """
        FROM event e INDEXED BY event_replay JOIN delivery d ON d.id = e.notification
        WHERE e.instance = ? AND e.replay = \(ReplayVerdict.failed.code)
        """

    /// Nil where none failed.
    private static func replays(_ id: InstanceID, _ db: Database) throws -> FailureGroup? {
        let counted = try db.cachedStatement(
            sql: "SELECT count(*), min(d.replay_at), max(d.replay_at) \(failedReplays)"
        )
        let newest = try db.cachedStatement(
            sql: """
                SELECT d.id, d.replay_status, d.replay_error \(failedReplays)
                GROUP BY d.id ORDER BY d.replay_at DESC, d.id DESC LIMIT ?
                """
        )
        guard let row = try Row.fetchOne(counted, arguments: [id]), let since = row[1] as Int64?,
            let last = row[2] as Int64?
        else { return nil }
        let sample = try Row.fetchAll(newest, arguments: [id, FailureGroup.sample])
        let outcome = sample.first.map { AttemptOutcome(status: $0[1], failure: $0[2]) }
        return FailureGroup(
            status: nil,
            error: outcome?.errorText ?? "",
            events: row[0],
            objects: try objects(sample.map { $0[0] }, db),
            answers: [],
            since: Timestamp(milliseconds: since),
            last: Timestamp(milliseconds: last),
            isReplay: true
        )
    }

    /// Word for word the condition of the index.
    private static let isFailure = "last_error IS NOT NULL AND state < 4 AND ifnull(replay, 0) = 0"

    private static func newest(_ id: InstanceID, _ status: Int?, _ error: String, _ db: Database) throws -> [Int64] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT id FROM delivery INDEXED BY delivery_failure
                WHERE instance = ? AND last_status IS ? AND last_error = ? AND \(isFailure) ORDER BY id DESC LIMIT ?
                """
        )
        return try Int64.fetchAll(statement, arguments: [id, status, error, FailureGroup.sample])
    }

    private static func objects(_ deliveries: [Int64], _ db: Database) throws -> [String] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT DISTINCT o.name FROM json_each(?) n JOIN event e ON e.sequence = n.value
                JOIN object o ON o.id = e.object ORDER BY 1
                """
        )
        return try String.fetchAll(statement, arguments: [NumberList.text(deliveries)])
    }

    private static func answers(_ deliveries: some Sequence<Int64>, _ db: Database) throws -> [String] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT substr(body, 1, ?) FROM attempt WHERE notification = ? AND NOT replay ORDER BY id DESC LIMIT 1
                """
        )
        return FailureGroup.different(
            try deliveries.map { delivery in
                let body = try Data.fetchOne(statement, arguments: [4 * FailureGroup.longestAnswer, delivery])
                return FailureGroup.start(of: body ?? Data())
            }
        )
    }
}
