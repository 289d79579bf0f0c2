package import Domain
import GRDB
import Primitives

extension SQLiteStore {
    package func createReplayJob(_ draft: ReplayJob) async throws -> ReplayJob {
        try await queue.perform { transaction in
            var job = draft
            // Never given twice, as jobs are never taken away.
            job.id = try transaction.row("SELECT coalesce(max(id), 0) + 1 FROM replay_job", [])?[0] ?? 1
            try transaction.save(job)
            return job
        }
    }

    package func updateReplayJob(_ job: ReplayJob) async throws {
        try await queue.perform { transaction in try transaction.save(job) }
    }

    package func endReplayJob(_ job: ReplayJob) async throws {
        try await queue.perform { transaction in
            try transaction.run(
                "UPDATE replay_job SET state = ?, waits = 0, last_error = ?, updated = ? WHERE id = ?",
                [job.state.rawValue, job.lastError, job.updatedAt.milliseconds, job.id]
            )
        }
    }

    package func replayJob(_ id: Int64) async throws -> ReplayJob? {
        try await look { db in
            try Row.fetchOne(db, sql: "SELECT * FROM replay_job WHERE id = ?", arguments: [id])
                .map { ReplayJob($0) }
        }
    }

    package func replayJobs(_ id: InstanceID?, onlyOpen: Bool, limit: Int) async throws -> [ReplayJob] {
        try await look { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM replay_job WHERE instance = coalesce(?, instance)
                    AND (NOT ? OR state IN (SELECT value FROM json_each(?))) ORDER BY id DESC LIMIT ?
                    """,
                arguments: [id, onlyOpen, StringList.text(ReplayJob.State.open), limit]
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
            UPDATE replay_job SET state = ?, waits = 0, last_error = ?
            WHERE state IN (SELECT value FROM json_each(?)) AND instance NOT IN (SELECT id FROM instance)
            """,
            [
                ReplayJob.State.cancelled.rawValue, InstanceTable.deletionReason,
                StringList.text(ReplayJob.State.open),
            ]
        )
    }

    fileprivate func save(_ job: ReplayJob) throws {
        try run(
            """
            INSERT OR REPLACE INTO replay_job (id, instance, filter, state, rate, total, succeeded, failed, position,
                last_sequence, last_error, created, updated, waits) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                job.id, job.instanceID, ReplayFilter.text(job), job.state.rawValue, job.rate, job.total, job.succeeded,
                job.failed, job.position, job.lastSequence, job.lastError, job.createdAt.milliseconds,
                job.updatedAt.milliseconds, job.waitsForCallback,
            ]
        )
    }
}

extension ReplayJob {
    init(_ row: Row) {
        let instance: InstanceID = row["instance"]
        let (filter, state, fault) = ReplayFilter.parse(row["filter"], state: row["state"], of: instance)
        self.init(
            id: row["id"],
            instanceID: instance,
            filter: filter,
            state: state,
            rate: row["rate"],
            total: row["total"],
            succeeded: row["succeeded"],
            failed: row["failed"],
            position: row["position"],
            lastSequence: row["last_sequence"],
            waitsForCallback: fault == nil && (row["waits"] as Bool),
            lastError: fault ?? (row["last_error"] as String?),
            createdAt: Timestamp(milliseconds: row["created"]),
            updatedAt: Timestamp(milliseconds: row["updated"])
        )
    }
}
