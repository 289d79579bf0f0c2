package import Domain
package import Primitives

/// The way of notifications to their callbacks: what is due, its outcome, what is held.
///
/// A dispatcher claims what is due, posts it, and records the outcomes, which also ends the claims:
///
/// ```swift
/// let due = try await store.dueDeliveries(for: owner, now: now, limit: 100, excluding: [], heldInstances: [])
/// let claimed = try await store.claim(due, for: owner, lasting: 60_000)
/// var results: [DeliveryResult] = []
/// for notification in try await store.outgoing(claimed) { results.append(await post(notification)) }
/// let ready = try await store.record(results, by: owner)  // the next ones of their lanes
/// ```
package protocol DeliveryStore: Sendable {
    /// Whether what was claimed may still be sent: false where another node may have the store by now. Asked before each
    /// post, so it reads no disk.
    var maySend: Bool { get }
    /// What is needed to send these notifications; unknown ones are left out.
    func outgoing(_ notificationIDs: [Int64]) async throws -> [OutgoingNotification]
    /// Heads of lanes that are due, each instance's oldest first, leaving out those given and those that another owner has
    /// claimed. Every instance that has any is among the first, however many wait of another: they come in rounds of one
    /// from each.
    func dueDeliveries(
        for owner: ClaimOwner,
        now: Timestamp,
        limit: Int,
        excluding: Set<Int64>,
        heldInstances: Set<InstanceID>
    ) async throws -> [Int64]
    /// Those of one instance.
    func dueDeliveries(
        of id: InstanceID,
        for owner: ClaimOwner,
        now: Timestamp,
        limit: Int,
        excluding: Set<Int64>
    ) async throws -> [Int64]
    /// One of an instance that is queued: the head of its lanes, which waits for no later attempt. `place` says about where
    /// among them, from 0 for the oldest to 1 for the newest. Nil where all are left out.
    func queuedDelivery(
        of id: InstanceID,
        for owner: ClaimOwner,
        place: Double,
        excluding: Set<Int64>
    ) async throws -> Int64?
    /// When the next delivery that isn't due yet will be.
    func nextDue(after now: Timestamp, heldInstances: Set<InstanceID>) async throws -> Timestamp?
    func nextDue(of id: InstanceID, after now: Timestamp) async throws -> Timestamp?

    /// Claims deliveries for an owner, so that no other posts them; those that another has claimed are left out. All claims
    /// of an owner last so many milliseconds from its last call on, by the store's own clock, and then another may take them
    /// over. Those of a process that died without a word are gone when the store is opened again, or over with their time.
    func claim(_ notificationIDs: [Int64], for owner: ClaimOwner, lasting milliseconds: Int64) async throws -> [Int64]
    /// Gives deliveries back whose outcome isn't recorded.
    func release(_ notificationIDs: [Int64], of owner: ClaimOwner) async throws
    /// Gives everything back: the owner ends.
    func releaseAll(of owner: ClaimOwner) async throws

    /// Stores attempts with what became of their deliveries, and makes the next ones of finished lanes ready.
    /// Concurrent calls share a commit. A replay moves an open delivery only, by success; whatever comes of it stands
    /// beside the delivery as its `lastReplay`. A late answer, for a delivery that has ended meanwhile or that another owner
    /// has claimed, is kept, and moves it only if it says delivered. The owner's claims on these deliveries end.
    ///
    /// - Returns: the deliveries that may go now.
    /// - Throws: `StoreError` of the kind `unknown` where they may be stored all the same: the same again might store them twice.
    func record(_ results: [DeliveryResult], by owner: ClaimOwner) async throws -> [Int64]
    /// The same, for whoever is looked after meanwhile: `whileUnknown` is called, and called again, for as long as the store
    /// can't find out whether they are stored. It waits for that however long it takes.
    func record(
        _ results: [DeliveryResult],
        by owner: ClaimOwner,
        whileUnknown: @escaping @Sendable () -> Void
    ) async throws -> [Int64]
    /// All deliveries of an instance that wait for a later attempt, by number. Read once, as those that are requeued and fail
    /// come to wait again meanwhile.
    func retryingDeliveries(of id: InstanceID) async throws -> [Int64]
    /// Lets these go at once, as far as they are of that instance and still wait for a later attempt; their attempts stay
    /// counted.
    func requeueRetrying(_ notificationIDs: [Int64], of id: InstanceID) async throws

    /// The hold of an instance's callback that was kept, if there is one.
    func callbackHold(_ id: InstanceID) async throws -> CallbackHold?
    /// Keeps a hold, or forgets it; that of an instance which is gone is not kept.
    func saveCallbackHold(_ hold: CallbackHold?, of id: InstanceID) async throws
}

extension DeliveryStore {
    /// A store of one process is never another one's.
    package var maySend: Bool { true }

    /// One that always knows.
    package func record(
        _ results: [DeliveryResult],
        by owner: ClaimOwner,
        whileUnknown: @escaping @Sendable () -> Void
    ) async throws -> [Int64] {
        try await record(results, by: owner)
    }
}
