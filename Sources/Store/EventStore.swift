package import Domain
package import Primitives

/// Where everything durable lives. A method returns when its effect is on disk.
///
/// Implementations: `SQLiteStore`. Tests are written against this protocol, so that a second one can be held to them.
package protocol EventStore: Sendable {
    // MARK: Instances
    func instances() async throws -> [Instance]
    func instance(_ id: InstanceID) async throws -> Instance?
    func instance(receiverToken: String) async throws -> Instance?
    func instance(elementToken: String) async throws -> Instance?
    /// Stores a new instance under a fresh id and returns it.
    func createInstance(_ make: @Sendable (InstanceID) -> Instance) async throws -> Instance
    func updateInstance(_ instance: Instance) async throws
    /// Stores an instance that watches another org from now on, and forgets ledger, cursors and received message ids of
    /// the former one in the same transaction. Events and deliveries stay.
    func beginAnew(_ instance: Instance) async throws
    /// Removes the instance; its events and deliveries stay readable, open deliveries are ended as dead.
    func deleteInstance(_ id: InstanceID) async throws

    // MARK: Intake
    /// Decides every observation against the ledger and stores ledger, poller records, events, notifications and
    /// deliveries in one transaction. Concurrent calls share a commit.
    func append(_ batch: IntakeBatch) async throws -> IntakeResult
    func pollerRecords(_ id: InstanceID) async throws -> [PollerRecord]
    func savePollerRecords(_ records: [PollerRecord]) async throws
    /// Drops the records of objects that are no longer watched.
    func removePollerRecords(_ id: InstanceID, keeping objects: [String]) async throws
    func ledgerEntry(_ id: InstanceID, object: String, recordID: String) async throws -> LedgerEntry?
    /// The ids of live records of an object, after an id, in order; for reconciliation by comparison.
    func ledgerIDs(_ id: InstanceID, object: String, after: String?, limit: Int) async throws -> [String]

    // MARK: Events
    func events(_ page: PageRequest) async throws -> [EventSummary]
    func event(sequence: Int64) async throws -> EventDetail?
    func event(id: String) async throws -> EventDetail?
    func counts(_ filter: EventFilter) async throws -> EventCounts
    /// How many of an instance's events were stored since a moment, by slots of `ActivitySummary.slotSeconds`.
    func activity(_ id: InstanceID, since: Timestamp) async throws -> ActivitySummary

    // MARK: Deliveries
    /// What is needed to send these notifications; unknown ones are left out.
    func outgoing(_ notificationIDs: [Int64]) async throws -> [OutgoingNotification]
    /// Heads of lanes that are due, each instance's oldest first, leaving out those given. Every instance that has any is
    /// among the first, however many wait of another: they come in rounds of one from each.
    func dueDeliveries(now: Timestamp, limit: Int, excluding: Set<Int64>, heldInstances: Set<InstanceID>) async throws
        -> [Int64]
    /// Those of one instance.
    func dueDeliveries(of id: InstanceID, now: Timestamp, limit: Int, excluding: Set<Int64>) async throws -> [Int64]
    /// When the next delivery that isn't due yet will be.
    func nextDue(after now: Timestamp, heldInstances: Set<InstanceID>) async throws -> Timestamp?
    func nextDue(of id: InstanceID, after now: Timestamp) async throws -> Timestamp?
    /// Lets deliveries of an instance that wait for a later attempt go at once, at most so many, by number and beyond the
    /// one given; their attempts stay counted. Returns the last one's number; nil at the end.
    func requeueRetrying(_ id: InstanceID, after: Int64, limit: Int) async throws -> Int64?
    /// Keeps how far the machine's clock is from the one that stored due times are of, in milliseconds.
    func saveClockStep(_ milliseconds: Int64) async throws
    /// At a start: leads due times and the ends of former secrets over to the clock as it is set now, and lets none be
    /// further away than it was told to wait, however the clock was set meanwhile.
    func settleDue(now: Timestamp) async throws
    /// Stores attempts with what became of their deliveries, and makes the next ones of finished lanes ready.
    /// Concurrent calls share a commit. A replay moves an open delivery only, by success; whatever comes of it stands
    /// beside the delivery as its `lastReplay`. A late answer for a delivery that has ended meanwhile is kept, and moves
    /// it only if it says delivered.
    func record(_ results: [DeliveryResult]) async throws -> [Int64]
    func attempts(notificationID: Int64) async throws -> [Attempt]
    /// Deliveries with an event that the filter finds, newest first.
    func deliveries(_ filter: EventFilter, before: Int64?, limit: Int) async throws -> [Delivery]
    /// The newest attempt of an instance's notifications at an address, replays too; nil if nothing went there lately.
    func lastAttempt(_ id: InstanceID, url: String) async throws -> Attempt?
    /// Puts dead or retrying deliveries back in their lanes, to go out at once; returns those that may go now. A dead
    /// one begins its retry ladder afresh (`attempts` is 0 again).
    func requeue(_ notificationIDs: [Int64]) async throws -> [Int64]
    /// Ends every open delivery of an instance, as dead or (where its callback was taken away) as none.
    func endOpenDeliveries(_ id: InstanceID, as state: DeliveryState, reason: String) async throws

    /// The hold of an instance's callback that waits for a person, if there is one.
    func callbackHold(_ id: InstanceID) async throws -> CallbackHold?
    /// Keeps a hold, or forgets it; that of an instance which is gone is not kept.
    func saveCallbackHold(_ hold: CallbackHold?, of id: InstanceID) async throws

    // MARK: Bulk replays
    /// Stores a new bulk replay under a fresh id, whatever id it has, and returns it.
    func createReplayJob(_ draft: ReplayJob) async throws -> ReplayJob
    func updateReplayJob(_ job: ReplayJob) async throws
    func replayJob(_ id: Int64) async throws -> ReplayJob?
    /// An instance's (nil: every one's), newest first; with `onlyOpen` those that run or pause.
    func replayJobs(_ id: InstanceID?, onlyOpen: Bool, limit: Int) async throws -> [ReplayJob]

    // MARK: House-keeping
    /// Bytes free beside the database; nil if unknown.
    func freeBytes() async -> Int64?
    func close() async throws
}

/// A notification with what its body and its lane need.
package struct OutgoingNotification: Sendable, Hashable {
    package let body: NotificationBody
    package let delivery: Delivery
    /// Attempts of every kind so far, replays and releases included; the next one counts on from here.
    package let made: Int

    package init(body: NotificationBody, delivery: Delivery, made: Int? = nil) {
        self.body = body
        self.delivery = delivery
        self.made = made ?? delivery.attempts
    }
}

/// An attempt and where its delivery stands afterwards.
package struct DeliveryResult: Sendable, Hashable {
    package var attempt: Attempt
    package var state: DeliveryState
    package var nextAttempt: Timestamp?
    /// A replay to another address or with another body: kept among the attempts, and no word about its delivery.
    package var isElsewhere: Bool
    /// An attempt that takes no rung of the ladder.
    package var isUncounted: Bool

    package init(
        attempt: Attempt,
        state: DeliveryState,
        nextAttempt: Timestamp?,
        isElsewhere: Bool = false,
        isUncounted: Bool = false
    ) {
        self.isUncounted = isUncounted
        self.attempt = attempt
        self.state = state
        self.nextAttempt = nextAttempt
        self.isElsewhere = isElsewhere
    }
}

extension EventStore {
    /// Deliveries of an instance, newest first; in one state if it is given.
    package func deliveries(
        _ id: InstanceID,
        state: DeliveryState?,
        before: Int64?,
        limit: Int
    ) async throws -> [Delivery] {
        var filter = EventFilter()
        filter.instanceIDs = [id]
        if let state { filter.states = [state] }
        return try await deliveries(filter, before: before, limit: limit)
    }
}

/// Why the store could not be opened or written, in one sentence with the way out.
package struct StoreError: SentenceError, Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case unreadable
        case locked
        case newerVersion
        case diskFull
        case corrupt
        case other
    }

    package let kind: Kind
    package let message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    package var description: String { message }
}
