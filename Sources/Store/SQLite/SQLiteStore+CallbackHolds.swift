package import Domain
import GRDB
import Primitives

extension SQLiteStore {
    package func callbackHold(_ id: InstanceID) async throws -> CallbackHold? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM callback_hold WHERE instance = ?", arguments: [id])
                .map {
                    CallbackHold(
                        url: $0["url"],
                        reason: $0["reason"],
                        until: ($0["until"] as Int64?).map { Timestamp(milliseconds: $0) }
                    )
                }
        }
    }

    package func saveCallbackHold(_ hold: CallbackHold?, of id: InstanceID) async throws {
        try await queue.perform { transaction in
            guard let hold else {
                try transaction.run("DELETE FROM callback_hold WHERE instance = ?", [id])
                return
            }
            // It may have gone while its last attempt was under way.
            guard transaction.state.instances[id] != nil else { return }
            try transaction.run(
                "INSERT OR REPLACE INTO callback_hold (instance, url, reason, until) VALUES (?, ?, ?, ?)",
                [id, hold.url, hold.reason, hold.until?.milliseconds]
            )
        }
    }
}
