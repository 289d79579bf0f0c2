import Domain
import GRDB
package import Primitives

extension SQLiteStore {
    package func saveClockStep(_ milliseconds: Int64) async throws {
        try await queue.perform { transaction in
            try transaction.run(
                "INSERT OR REPLACE INTO meta (name, value) VALUES ('clock step', ?)",
                [milliseconds]
            )
        }
    }

    package func settleDue(now: Timestamp) async throws {
        try await queue.perform { transaction in
            let step: Int64 = try transaction.row("SELECT value FROM meta WHERE name = 'clock step'", [])?[0] ?? 0
            // What was kept counts once.
            if step != 0 { try transaction.run("DELETE FROM meta WHERE name = 'clock step'", []) }
            for instance in transaction.state.instances.all {
                let settled = instance.settled(step: step, now: now)
                guard settled != instance else { continue }
                try transaction.replace(settled)
            }
            try transaction.settleRetries(step: step, now: now)
            try transaction.cancelReplayJobsOfNoInstance()
        }
    }
}

extension WriteTransaction {
    /// Reads of those that the clock may have moved alone: all of them where it was set, else those that lie ahead.
    fileprivate func settleRetries(step: Int64, now: Timestamp) throws {
        // Left to itself, SQLite may read every delivery.
        let retrying = try rows(
            """
            SELECT id, next_attempt, retry_wait FROM delivery INDEXED BY delivery_due
            WHERE state = 2 AND next_attempt > ?
            """,
            [step == 0 ? now.milliseconds : Int64.min]
        )
        for row in retrying {
            let due = Timestamp(milliseconds: row[1])
            let settled = RetryClock.settled(due, wait: row[2], step: step, now: now)
            guard settled != due else { continue }
            try run("UPDATE delivery SET next_attempt = ? WHERE id = ?", [settled.milliseconds, row[0] as Int64])
        }
    }
}
