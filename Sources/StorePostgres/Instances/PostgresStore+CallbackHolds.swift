#if PostgreSQL
package import Domain
import Primitives
import Store

extension PostgresStore {
    package func callbackHold(_ id: InstanceID) async throws -> CallbackHold? {
        try await read { connection in
            try connection.run("SELECT url, reason, until FROM callback_hold WHERE instance = $1", [id]).first
                .map {
                    CallbackHold(
                        url: $0[0],
                        reason: $0[1],
                        until: ($0[2] as Int64?).map { Timestamp(milliseconds: $0) }
                    )
                }
        }
    }

    package func saveCallbackHold(_ hold: CallbackHold?, of id: InstanceID) async throws {
        try await queue.perform { transaction in
            try transaction.requireHeld(id)
            guard let hold else {
                _ = try transaction.run("DELETE FROM callback_hold WHERE instance = $1", [id])
                return
            }
            // It may have gone while its last attempt was under way.
            guard transaction.state.instances[id] != nil else { return }
            try transaction.run(
                """
                INSERT INTO callback_hold (instance, url, reason, until) VALUES ($1, $2, $3, $4)
                ON CONFLICT (instance) DO UPDATE SET
                    url = excluded.url, reason = excluded.reason, until = excluded.until
                """,
                [id, hold.url, hold.reason, hold.until?.milliseconds]
            )
        }
    }
}
#endif
