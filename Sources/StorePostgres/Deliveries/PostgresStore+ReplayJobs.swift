#if PostgreSQL
package import Domain
import Primitives
import Store

extension PostgresStore {
    package func createReplayJob(_ draft: ReplayJob) async throws -> ReplayJob {
        try await queue.perform { transaction in
            try transaction.requireHeld(draft.instanceID)
            var job = draft
            // Never given twice, as jobs are never taken away.
            job.id = try transaction.run("SELECT coalesce(max(id), 0) + 1 FROM replay_job").number ?? 1
            try transaction.save(job)
            return job
        }
    }

    package func updateReplayJob(_ job: ReplayJob) async throws {
        try await queue.perform { transaction in
            try transaction.requireHeld(job.instanceID)
            try transaction.save(job)
        }
    }

    package func endReplayJob(_ job: ReplayJob) async throws {
        try await queue.perform { transaction in
            try transaction.requireHeld(job.instanceID)
            try transaction.run(
                "UPDATE replay_job SET state = $1, waits = FALSE, last_error = $2, updated = $3 WHERE id = $4",
                [job.state.rawValue, job.lastError, job.updatedAt.milliseconds, job.id]
            )
        }
    }

    package func replayJob(_ id: Int64) async throws -> ReplayJob? {
        try await look { connection in
            try connection.run("SELECT \(ReplayJob.columns) FROM replay_job WHERE id = $1", [id]).first
                .map { ReplayJob($0) }
        }
    }

    package func replayJobs(_ id: InstanceID?, onlyOpen: Bool, limit: Int) async throws -> [ReplayJob] {
        try await look { connection in
            try connection.run(
                """
                SELECT \(ReplayJob.columns) FROM replay_job WHERE ($1 IS NULL OR instance = $1)
                AND (NOT $2 OR state = ANY ($3)) ORDER BY id DESC LIMIT $4
                """,
                [id, onlyOpen, Column(ReplayJob.State.open), limit]
            )
            .map { ReplayJob($0) }
        }
    }
}

extension WriteTransaction {
    /// Ends open bulk replays whose instance is gone: nothing is left that they could be sent to.
    func cancelReplayJobsOfNoInstance() throws {
        try run(
            """
            UPDATE replay_job SET state = $1, waits = FALSE, last_error = $2
            WHERE state = ANY ($3) AND instance NOT IN (SELECT id FROM instance)
            """,
            [
                ReplayJob.State.cancelled.rawValue, InstanceTable.deletionReason, Column(ReplayJob.State.open),
            ]
        )
    }

    fileprivate func save(_ job: ReplayJob) throws {
        try run(
            """
            INSERT INTO replay_job (\(ReplayJob.columns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            ON CONFLICT (id) DO UPDATE SET instance = excluded.instance, filter = excluded.filter,
                state = excluded.state, rate = excluded.rate, total = excluded.total, succeeded = excluded.succeeded,
                failed = excluded.failed, position = excluded.position, last_sequence = excluded.last_sequence,
                last_error = excluded.last_error, created = excluded.created, updated = excluded.updated,
                waits = excluded.waits
            """,
            [
                job.id, job.instanceID, ReplayFilter.text(job), job.state.rawValue, job.rate, job.total,
                job.succeeded,
                job.failed, job.position, job.lastSequence, job.lastError, job.createdAt.milliseconds,
                job.updatedAt.milliseconds, job.waitsForCallback,
            ]
        )
    }
}

extension ReplayJob {
    static let columns = """
        id, instance, filter, state, rate, total, succeeded, failed, position, last_sequence, last_error, created,
        updated, waits
        """

    init(_ row: Row) {
        let instance: InstanceID = row[1]
        let (filter, state, fault) = ReplayFilter.parse(row[2], state: row[3], of: instance)
        self.init(
            id: row[0],
            instanceID: instance,
            filter: filter,
            state: state,
            rate: row[4],
            total: row[5],
            succeeded: row[6],
            failed: row[7],
            position: row[8],
            lastSequence: row[9],
            waitsForCallback: fault == nil && (row[13] as Bool),
            lastError: fault ?? (row[10] as String?),
            createdAt: Timestamp(milliseconds: row[11]),
            updatedAt: Timestamp(milliseconds: row[12])
        )
    }
}
#endif
