#if PostgreSQL
import Domain
package import Primitives
import Store

extension PostgresStore {
    package func saveClockStep(_ milliseconds: Int64) async throws {
        try await queue.perform { transaction in
            _ = try transaction.run(
                """
                INSERT INTO meta (name, value) VALUES ('clock step', $1)
                ON CONFLICT (name) DO UPDATE SET value = excluded.value
                """,
                [milliseconds]
            )
        }
    }

    package func settleDue(now: Timestamp) async throws {
        try await queue.perform { transaction in
            // A step of one machine's clock says nothing of the others'.
            let isAlone = transaction.state.nodes.count <= 1
            let kept = isAlone ? try transaction.run("SELECT value FROM meta WHERE name = 'clock step'").number : nil
            let step = kept ?? 0
            // What was kept counts once.
            if step != 0 { try transaction.run("DELETE FROM meta WHERE name = 'clock step'") }
            let held = transaction.state.leases.all(of: transaction.node)
            for instance in transaction.state.instances.all where held.contains(instance.id) {
                let settled = instance.settled(step: step, now: now)
                guard settled != instance else { continue }
                try transaction.replace(settled)
            }
            try transaction.settleRetries(of: held, step: step, now: now)
            try transaction.cancelReplayJobsOfNoInstance()
        }
    }
}

extension WriteTransaction {
    /// Reads of those that the clock may have moved alone: all of them where it was set, else those that lie ahead.
    fileprivate func settleRetries(of held: Set<InstanceID>, step: Int64, now: Timestamp) throws {
        let retrying = try run(
            """
            SELECT id, next_attempt, retry_wait FROM delivery
            WHERE state = 2 AND next_attempt > $1 AND instance = ANY ($2)
            """,
            [step == 0 ? now.milliseconds : Int64.min, Column(held)]
        )
        var (ids, moments) = (Column<Int64>(), Column<Int64>())
        for row in retrying {
            let due = Timestamp(milliseconds: row[1])
            let settled = RetryClock.settled(due, wait: row[2], step: step, now: now)
            guard settled != due else { continue }
            ids.append(row[0])
            moments.append(settled.milliseconds)
        }
        guard ids.count > 0 else { return }
        try run(
            """
            UPDATE delivery d SET next_attempt = u.moment FROM unnest($1, $2) u (id, moment) WHERE d.id = u.id
            """,
            [ids, moments]
        )
    }
}
#endif
