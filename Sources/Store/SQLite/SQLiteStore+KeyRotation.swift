package import Domain
import Foundation
import GRDB
import Logging
import Primitives
import Synchronization

extension SQLiteStore {
    /// As `KeyRotation` does it for a store that nobody uses: one transaction, so that at any moment one key opens everything.
    ///
    /// A key that was given still stands where it was given. Until the new one stands there, the store keeps that, sealed with
    /// those before it: whoever opens it with one of them gets the one that is in force.
    package func rotateKey(to new: GivenKey?, entry: AuditEntry) async throws -> Int {
        guard isRotating.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
        else {
            throw StoreError(.other, "The key of stored secrets is being changed already; wait for the end of that.")
        }
        defer { isRotating.store(false, ordering: .releasing) }
        let next = try await nextKey(new)
        let count = try await queue.perform { transaction in
            let former = try transaction.secrets
            let db = transaction.db
            guard let sealed = try KeyRotation.sealedCheck(db) else { throw KeyRotation.noStore(at: "this store") }
            guard !next.opens(sealed, context: SecretBox.check) else { throw StoreError.sameKey }
            // What the former key opens is not to stay in pages that are free.
            try db.execute(sql: "PRAGMA secure_delete = ON")
            defer { try? db.execute(sql: "PRAGMA secure_delete = OFF") }
            let count = try KeyRotation.seal(from: former, to: next, db)
            transaction.state.secrets = next
            transaction.state.formerSecrets.append(former)
            if let new { try KeyRotation.saveSuccessor(new, of: transaction.state.formerSecrets, db) }
            try entry.insert(db)
            return count
        }
        if new == nil {
            do { try directory.takeNextKey() } catch {
                // The next start does it.
                logger.error("The new key stays beside the former one for now: \(error)")
            }
        }
        // The log is not cut here, as that waits for whoever reads: what it held of the former key goes as it is written over,
        // at the latest when the store is closed.
        do { _ = try await pool.writeWithoutTransaction { try $0.checkpoint(.passive) } } catch {
            logger.notice(
                "The write-ahead log could not be folded into the database after the change of its key: \(error)"
            )
        }
        return count
    }

    /// Takes away what led to the key in force, which stands by now where it is given. A start needs nothing of that: where it
    /// can't be, as on a full disk, it is left to house-keeping. Returns what was left.
    static func leaving(_ successors: [Data], _ pool: DatabasePool, _ logger: Logger) -> [Data] {
        do {
            try pool.write { try KeyRotation.forget(successors, $0) }
            return []
        } catch {
            logger.warning(
                "What led from former keys of stored secrets to the one in force can't be deleted yet; it is tried again: \(error)"
            )
            return successors
        }
    }

    /// Tries again what the start could not. Nothing of a rotation since then, which the next start needs.
    func forgetStaleSuccessors() async throws {
        let stale = staleSuccessors.withLock { $0 }
        if stale.isEmpty { return }
        try await queue.perform { transaction in try KeyRotation.forget(stale, transaction.db) }
        staleSuccessors.withLock { $0 = [] }
    }

    private func nextKey(_ new: GivenKey?) async throws -> SecretBox {
        try KeyRotation.check(givenBy: keySource, new, directory)
        if let new { return SecretBox(try SecretKey(new)) }
        // What an earlier one left is no longer needed, or it is the key that is in force.
        let sealed = try await read { try KeyRotation.sealedCheck($0) }
        _ = try directory.secrets(nil, opening: sealed)
        return try KeyRotation.freshKey(directory)
    }
}

extension StoreError {
    package static let noKey = StoreError(.other, "The store has no key for its secrets.")
    package static let sameKey = StoreError(
        .other,
        "SIGNALBOX_NEW_KEY is the key that is in use already; give another one."
    )
}

extension WriteTransaction {
    /// What secrets are sealed with in this transaction.
    var secrets: SecretBox {
        get throws {
            guard let secrets = state.secrets else { throw StoreError.noKey }
            return secrets
        }
    }
}
