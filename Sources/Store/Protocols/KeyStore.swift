package import Domain

/// The key that secrets are sealed with, which changes while everything goes on.
package protocol KeyStore: Sendable {
    /// Seals all secrets with another key, all of them at one moment, and stores the entry of the audit trail with them.
    /// `new` is the key from now on, where the one now was given; nil where it is a file, which is given a fresh one.
    ///
    /// - Returns: of how many instances the secrets were sealed anew.
    /// - Throws: `StoreError`; the former key is in force then.
    func rotateKey(to new: GivenKey?, entry: AuditEntry) async throws -> Int
}
