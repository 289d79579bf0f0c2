package import Domain

/// The connected orgs with their settings and secrets.
package protocol InstanceStore: Sendable {
    /// All of them, oldest first.
    func instances() async throws -> [Instance]
    func instance(_ id: InstanceID) async throws -> Instance?
    /// The instance that an `Element` token names; an empty token names none.
    func instance(elementToken: String) async throws -> Instance?
    /// Stores a new instance under a fresh id, which no instance ever had, and returns it.
    func createInstance(_ make: @Sendable (InstanceID) -> Instance) async throws -> Instance
    func updateInstance(_ instance: Instance) async throws
    /// Stores an instance that watches another org from now on, and forgets ledger, cursors and received message ids of
    /// the former one in the same transaction. Events and deliveries stay.
    func beginAnew(_ instance: Instance) async throws
    /// Removes the instance with all that is known of its org; its events and deliveries stay readable, open deliveries are
    /// ended as dead, and open bulk replays are cancelled. Where this throws nothing is removed. From its first transaction
    /// on nothing is sent; what is open and the ledger go in slices, and what could not go at once is left to
    /// `RetentionStore.removeRemains`.
    func deleteInstance(_ id: InstanceID) async throws
}
